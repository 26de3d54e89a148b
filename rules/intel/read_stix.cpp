#include <algorithm>
#include <map>

#include "rules/intel/indicator.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view traffic_light_names[] = {"red",   "amber+strict", "amber",
                                                    "green", "white",        "clear"};

std::vector<std::string> texts_of(DynamicView list) {
  std::vector<std::string> texts;
  for (const DynamicView item : list.items()) {
    if (item.is_string()) texts.emplace_back(item.as_text());
  }
  return texts;
}

std::optional<Datetime> time_of(DynamicView object, std::string_view name) {
  return parse_datetime(object.find(name).as_text());
}

/// Collects what a file says.
class Reader {
 public:
  /// The objects of a bundle, of a page of a TAXII server, or of an array of either.
  bool read(DynamicView value) {
    bool any = value.is_array();
    for (const DynamicView item : value.items()) read(item);
    for (const std::string_view list : {"objects", "stixobjects"}) {
      const DynamicView objects = value.find(list);
      if (!objects.is_array()) continue;
      any = true;
      read_marks(objects);
      for (const DynamicView object : objects.items()) read(object);
    }
    const std::string_view type = value.find("type").as_text();
    if (any || type.empty() || type == "bundle") return any || type == "bundle";
    if (type == "indicator") {
      read_indicator(value);
    } else if (type != "marking-definition") {
      file_.objects.push_back(
          {std::string(value.find("id").as_text()), std::string(type), to_json(value)});
    }
    return true;
  }

  IndicatorFile take() { return std::move(file_); }

 private:
  /// Markings are referred to by id: `TLP:AMBER` is the name of one.
  void read_marks(DynamicView objects) {
    for (const DynamicView object : objects.items()) {
      if (object.find("type").as_text() != "marking-definition") continue;
      std::string name(object.find("definition").find("tlp").as_text());
      if (name.empty()) name = object.find("name").as_text();
      marks_[std::string(object.find("id").as_text())] = std::move(name);
    }
  }

  std::string traffic_light(DynamicView object) const {
    for (const std::string& id : texts_of(object.find("object_marking_refs"))) {
      const auto mark = marks_.find(id);
      if (mark == marks_.end()) continue;
      std::string name = mark->second;
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      if (name.starts_with("tlp:")) name.erase(0, 4);
      if (std::ranges::find(traffic_light_names, name) != std::end(traffic_light_names)) {
        return name;
      }
    }
    return {};
  }

  void read_indicator(DynamicView object) {
    Indicator indicator{
        .id = std::string(object.find("id").as_text()),
        .pattern = std::string(object.find("pattern").as_text()),
        .traffic_light = traffic_light(object),
        .tags = texts_of(object.find("labels")),
        .confidence = std::clamp<int64_t>(long_of(object.find("confidence")).value_or(0), 0, 100),
        .revoked = object.find("revoked").as_bool(),
        .created = time_of(object, "created"),
        .modified = time_of(object, "modified"),
        .valid_from = time_of(object, "valid_from"),
        .valid_until = time_of(object, "valid_until"),
        .json = to_json(object)};
    indicator.description = object.find("description").as_text();
    if (indicator.description.empty()) indicator.description = object.find("name").as_text();
    const std::vector<std::string> types = texts_of(object.find("indicator_types"));
    if (!types.empty()) indicator.threat_type = types[0];
    const std::string_view language = object.find("pattern_type").as_text();
    auto observables = language.empty() || language == "stix"
                           ? observables_of(indicator.pattern)
                           : std::optional<std::vector<Observable>>();
    if (!observables || observables->empty()) {
      if (file_.skipped++ == 0) {
        file_.first_skipped = fmt::format("{}: {}", indicator.id, indicator.pattern);
      }
      return;
    }
    indicator.observables = std::move(*observables);
    file_.indicators.push_back(std::move(indicator));
  }

  IndicatorFile file_;
  std::map<std::string, std::string> marks_;
};

}  // namespace

IndicatorFile read_stix(std::string_view text) {
  DynamicBuilder builder;
  if (!parse_json_text(text, builder)) {
    throw QueryError(ErrorKind::Runtime, "RUL0401", "the text is not JSON");
  }
  Reader reader;
  if (!reader.read(builder.view())) {
    throw QueryError(ErrorKind::Runtime, "RUL0401",
                     "the text is neither a STIX bundle nor an array of STIX objects");
  }
  return reader.take();
}

}  // namespace vedette::rules
