#include "runtime/ingest/record_sink.h"

namespace vedette {

namespace {

constexpr size_t example_bytes = 80;

}  // namespace

bool RecordSink::text(FieldTarget& field, std::string_view text) {
  if (CellColumn* column = claim(field)) {
    return done(writer_.text(*column, parsed_.rows, text), field, text);
  }
  if (field.column == no_column) note(field, kind_of_text(text));
  return true;
}

bool RecordSink::delimited(FieldTarget& field, std::string_view text) {
  if (CellColumn* column = claim(field)) {
    return done(writer_.text(*column, parsed_.rows, text), field, text);
  }
  if (field.column == no_column) note(field, kind_of_delimited(text));
  return true;
}

bool RecordSink::number(FieldTarget& field, std::string_view token) {
  if (CellColumn* column = claim(field)) {
    return done(writer_.number(*column, parsed_.rows, token), field, token);
  }
  const auto kind = kind_of_number(token);
  if (kind) note(field, *kind);
  return kind.has_value();
}

bool RecordSink::boolean(FieldTarget& field, bool value) {
  if (CellColumn* column = claim(field)) {
    return done(writer_.boolean(*column, parsed_.rows, value), field, value ? "true" : "false");
  }
  if (field.column == no_column) note(field, SawBool);
  return true;
}

bool RecordSink::container(FieldTarget& field, std::string_view json) {
  if (CellColumn* column = claim(field)) {
    return done(writer_.container(*column, parsed_.rows, json), field, json);
  }
  if (field.column == no_column) note(field, SawContainer);
  return writer_.is_json(json);  // a record is refused or not, whatever columns there are
}

CellColumn* RecordSink::claim(FieldTarget& field) {
  if (field.column == no_column) return nullptr;
  CellColumn& column = parsed_.columns[field.column];
  if (!column.claim(parsed_.rows)) {
    ++repeated_;
    return nullptr;
  }
  touched_.push_back(field.column);
  return &column;
}

bool RecordSink::done(Put put, const FieldTarget& field, std::string_view text) {
  if (put == Put::Misfit) misfits_.push_back({field.column, text});
  return put != Put::Broken;
}

void RecordSink::note(FieldTarget& field, uint16_t kinds) {
  if (field.column == no_column) noted_.emplace_back(&field, kinds);
}

void RecordSink::accept(const RecordPlace& place) {
  for (const auto& [field, kinds] : noted_) {
    field->kinds |= kinds;
    if (!field->seen) new_fields_.push_back(field);
    field->seen = true;
  }
  for (const Misfit& misfit : misfits_) {
    Misfits& all = parsed_.misfits[misfit.column];
    if (all.count++ == 0) {
      all.first_line = place.line;
      all.example = misfit.text.substr(0, example_bytes);
    }
    const uint32_t keeper = parsed_.mapping->misfits(misfit.column);
    if (keeper != no_column && parsed_.columns[keeper].claim(parsed_.rows)) {
      writer_.text(parsed_.columns[keeper], parsed_.rows, misfit.text);
    }
  }
  parsed_.repeated_fields += repeated_;
  ++parsed_.rows;
  touched_.clear();
  misfits_.clear();
  noted_.clear();
  repeated_ = 0;
}

void RecordSink::refuse(const RecordPlace& place, std::string reason) {
  for (uint32_t column : touched_) parsed_.columns[column].take_back(parsed_.rows);
  parsed_.refused.push_back({place, std::move(reason)});
  touched_.clear();
  misfits_.clear();
  noted_.clear();
  repeated_ = 0;
}

void RecordSink::finish() {
  for (FieldTarget* field : new_fields_) {
    parsed_.new_fields.push_back({field->name, field->kinds});
    field->seen = false;
    field->kinds = SawNothing;
  }
  for (const auto& [column, misfits] : parsed_.misfits) {
    if (parsed_.mapping->misfits(column) != no_column) continue;
    parsed_.new_fields.push_back({misfit_name(parsed_.mapping->columns()[column].name), SawText});
  }
}

}  // namespace vedette
