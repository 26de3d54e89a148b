// Parameters of a mocked function that a test does not declare: those that the query gives it.
#pragma once

#include <string>
#include <string_view>

#include "compiler/session/session.h"

namespace vedette::rules {

/// `(p0: datetime = datetime(null), pack: bool = bool(null))` for the calls of `function` in a
/// query, by place or by name. Types are those that arguments have where they stand; texts, when
/// that cannot be told. `()` when it is called without any.
std::string mock_parameters(std::string_view query, std::string_view function, Session& session);

}  // namespace vedette::rules
