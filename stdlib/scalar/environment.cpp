// Where and by whom a query is run: the user, the machine, time zones, cursors.
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/time_zone.h"

namespace vedette::stdlib {
namespace {

const std::string& user_name() {
  static const std::string name = [] {
    passwd entry;
    passwd* found = nullptr;
    std::array<char, 4096> buffer;
    getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? std::string(found->pw_name) : std::to_string(geteuid());
  }();
  return name;
}

const std::string& host_name() {
  static const std::string name = [] {
    std::array<char, 256> buffer = {};
    const bool known = gethostname(buffer.data(), buffer.size() - 1) == 0 && buffer[0] != '\0';
    return known ? std::string(buffer.data()) : std::string("localhost");
  }();
  return name;
}

const std::string& principal_name() {
  static const std::string name = "localuser=" + user_name() + ";" + host_name();
  return name;
}

/// The same text for all rows.
template <const std::string& (*text)()> Overload one_text() {
  return rowwise([]() -> std::string_view { return text(); });
}

constexpr auto principal_details = [](DynamicBuilder& out, RowValues) {
  const auto add = [&](std::string_view key, std::string_view value) {
    out.key(key);
    out.add_string(value);
  };
  out.begin_object();
  add("UserPrincipalName", user_name());
  add("IdentityProvider", "local");
  add("Authority", host_name());
  add("Type", "localuser");
  add("DisplayName", user_name());
  add("FQN", principal_name());
  out.end_object();
  return true;
};

bool is_current_principal(const AnyScalar& value) {
  return value.text == principal_name() || value.text == "localuser=" + user_name();
}

void is_member(Call& call) {
  ResultWriter<uint8_t> writer(call, false);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    bool member = false;
    for (const AnyScalar& value : values) {
      member |= is_current_principal(value);
      member |= is_array(value) && any_item(value.view, [](DynamicView item) {
                  return is_current_principal(scalar_of(item));
                });
    }
    writer.set(row, member);
  });
}

constexpr auto zone_names = [](DynamicBuilder& out, RowValues) {
  out.begin_array();
  for (const std::string& name : time_zone_names()) out.add_string(name);
  out.end_array();
  return true;
};

constexpr std::string_view local_user =
    "The principal is the user of the system the query runs on.";

}  // namespace

std::vector<ScalarFunction> environment_functions() {
  return {
      {
          .name = "current_principal",
          .summary = "Who runs the query.",
          .overloads = {one_text<principal_name>()},
          .examples = {{"current_principal() startswith 'localuser='", "true"}},
          .purity = Purity::PerQuery,
          .difference = local_user,
      },
      {
          .name = "current_principal_details",
          .summary = "What is known of who runs the query, as a bag.",
          .overloads = {builds_dynamic({}, principal_details)},
          .examples = {{"tostring(current_principal_details().Type)", "localuser"}},
          .purity = Purity::PerQuery,
          .difference = local_user,
      },
      {
          .name = "current_principal_is_member_of",
          .summary = "Whether one of these is who runs the query.",
          .parameters = {{"group", "Principals, or arrays of them.", Accepts::StringOrDynamic}},
          .variadic = true,
          .max_arguments = 64,
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Bool,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = is_member}},
          .examples = {{"current_principal_is_member_of('aadgroup=nobody@example.org')", "false"},
                       {"current_principal_is_member_of(dynamic(['a']), current_principal())",
                        "true"}},
          .null_rule = "False for null.",
          .difference = "There are no groups: only who runs the query is a member.",
      },
      {
          .name = "current_cluster_endpoint",
          .summary = "The name of the machine that runs the query.",
          .overloads = {one_text<host_name>()},
          .examples = {{"isnotempty(current_cluster_endpoint())", "true"}},
          .purity = Purity::PerQuery,
      },
      {
          .name = "current_node_id",
          .summary = "The name of the machine that runs the query.",
          .overloads = {one_text<host_name>()},
          .examples = {{"current_node_id() == current_cluster_endpoint()", "true"}},
          .purity = Purity::PerQuery,
      },
      {
          .name = "cursor_current",
          .aliases = {"current_cursor"},
          .summary = "Where the database stands now, for cursor_after() of a later query.",
          .overloads = {{.takes = {}, .returns = Type::String, .rewrite = "tostring(now())"}},
          .examples = {{"cursor_current() == tostring(now())", "true"}},
          .difference = "A cursor is a time as text.",
      },
      {
          .name = "datetime_list_timezones",
          .summary = "The names of time zones, in order.",
          .overloads = {builds_dynamic({}, zone_names)},
          .examples = {{"array_index_of(datetime_list_timezones(), 'Europe/Brussels') > 0",
                        "true"}},
          .purity = Purity::PerQuery,
          .difference = "The zones are those of the system.",
      },
      {
          .name = "extent_id",
          .aliases = {"extentid"},
          .summary = "The extent that a row lies in.",
          .overloads = {{.takes = {},
                         .returns = Type::Guid,
                         .rewrite = "guid(00000000-0000-0000-0000-000000000000)"}},
          .examples = {{"extent_id()", "00000000-0000-0000-0000-000000000000"}},
          .difference = "Extents have no lasting identity: always the empty guid.",
      },
      {
          .name = "extent_tags",
          .summary = "The tags of the extent that a row lies in.",
          .overloads = {{.takes = {}, .returns = Type::Dynamic, .rewrite = "dynamic(null)"}},
          .examples = {{"extent_tags()", "null"}},
          .difference = "Extents have no tags: always null.",
      },
      {
          .name = "row_id",
          .summary = "The place of a row in a row store.",
          .overloads = {{.takes = {}, .returns = Type::String, .rewrite = "''"}},
          .examples = {{"row_id()", ""}},
          .difference = "There is no row store: always empty.",
      },
      {
          .name = "rowstore_ordinal_range",
          .summary = "The place of a row's extent in a row store.",
          .overloads = {{.takes = {}, .returns = Type::Dynamic, .rewrite = "dynamic(null)"}},
          .examples = {{"rowstore_ordinal_range()", "null"}},
          .difference = "There is no row store: always null.",
      },
  };
}

}  // namespace vedette::stdlib
