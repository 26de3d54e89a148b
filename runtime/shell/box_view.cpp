#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/shell/result_view.h"

namespace vedette::shell {
namespace {

constexpr size_t most_rows_on_terminal = 1000;
constexpr int narrowest_cut_column = 12;

struct BoxColumn {
  std::string heading;
  std::vector<std::string> cells;
  std::vector<bool> nulls;
  bool right = false;  // aligned to the right
  int width = 0;
};

BoxColumn read_column(const ResultTable& table, size_t index, size_t rows) {
  BoxColumn column;
  column.heading = made_visible(table.columns[index].first);
  column.right = (number_types | Types{Type::Timespan}).has(table.columns[index].second);
  column.width = display_width(column.heading);
  const Vector vector = table.data[index].vector();
  for (size_t row = 0; row < rows; ++row) {
    const Value value = value_at(vector, static_cast<uint32_t>(row));
    column.nulls.push_back(value.is_null());
    column.cells.push_back(made_visible(cell_text(value)));
    column.width = std::max(column.width, display_width(column.cells.back()));
  }
  return column;
}

/// Columns the box takes: one bar, then each column between spaces and before a bar.
int width_of_box(const std::vector<BoxColumn>& columns) {
  int width = 1;
  for (const BoxColumn& column : columns) width += column.width + 3;
  return width;
}

/// Narrows the widest columns, one step after the other, until the box fits; drops columns at the
/// right when they are all narrow. Returns how many were dropped.
size_t fit(std::vector<BoxColumn>& columns, int width) {
  size_t dropped = 0;
  while (columns.size() > 1 && width_of_box(columns) > width) {
    const auto by_width = [](const BoxColumn& a, const BoxColumn& b) { return a.width < b.width; };
    BoxColumn& widest = *std::max_element(columns.begin(), columns.end(), by_width);
    if (widest.width > narrowest_cut_column) {
      const int excess = width_of_box(columns) - width;
      int second = narrowest_cut_column;
      for (const BoxColumn& column : columns) {
        if (&column != &widest) second = std::max(second, std::min(column.width, widest.width - 1));
      }
      widest.width = std::max(second, widest.width - excess);
    } else {
      columns.pop_back();
      ++dropped;
    }
  }
  if (width_of_box(columns) > width) columns[0].width = std::max(1, width - 4);
  return dropped;
}

std::string rule(const std::vector<BoxColumn>& columns, std::string_view left,
                 std::string_view middle, std::string_view right) {
  std::string line(left);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += middle;
    for (int at = 0; at < columns[i].width + 2; ++at) line += "─";
  }
  return line.append(right) + '\n';
}

void append_cell(std::string& out, const BoxColumn& column, std::string_view text,
                 std::string_view style) {
  const std::string shown = truncated(text, column.width);
  const std::string padding(std::max(0, column.width - display_width(shown)), ' ');
  out += ' ';
  if (column.right) out += padding;
  out += style;
  out += shown;
  if (!style.empty()) out += "\x1b[0m";
  if (!column.right) out += padding;
  out += " │";
}

}  // namespace

std::string write_box(const ResultTable& table, const Terminal& terminal) {
  if (table.columns.empty()) return "(no columns)\n";
  const size_t rows =
      terminal.is_terminal ? std::min(table.rows, most_rows_on_terminal) : table.rows;
  std::vector<BoxColumn> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back(read_column(table, i, rows));
  }
  const size_t dropped = terminal.width > 0 ? fit(columns, terminal.width) : 0;

  const std::string_view bold = terminal.color ? "\x1b[1m" : "";
  const std::string_view dim = terminal.color ? "\x1b[2m" : "";
  std::string out = rule(columns, "┌", "┬", "┐");
  out += "│";
  for (const BoxColumn& column : columns) append_cell(out, column, column.heading, bold);
  out += '\n' + rule(columns, "├", "┼", "┤");
  for (size_t row = 0; row < rows; ++row) {
    out += "│";
    for (const BoxColumn& column : columns) {
      append_cell(out, column, column.cells[row], column.nulls[row] ? dim : "");
    }
    out += '\n';
  }
  out += rule(columns, "└", "┴", "┘");
  if (rows < table.rows) out += fmt::format("… {} more rows\n", table.rows - rows);
  if (dropped > 0) out += fmt::format("… {} more columns; `project` the ones you need\n", dropped);
  return out;
}

}  // namespace vedette::shell
