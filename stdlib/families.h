// The families of the library; each is defined in the file of its name.
#pragma once

#include <vector>

#include "runtime/function/aggregate.h"
#include "runtime/function/definition.h"

namespace vedette::stdlib {

// scalar/
std::vector<ScalarFunction> arithmetic_functions();
std::vector<ScalarFunction> comparison_functions();
std::vector<ScalarFunction> logic_functions();
std::vector<ScalarFunction> conditional_functions();
std::vector<ScalarFunction> math_functions();
std::vector<ScalarFunction> rounding_functions();
std::vector<ScalarFunction> bitwise_functions();
std::vector<ScalarFunction> conversion_functions();
std::vector<ScalarFunction> string_functions();
std::vector<ScalarFunction> string_editing_functions();
std::vector<ScalarFunction> string_search_functions();
std::vector<ScalarFunction> like_functions();
std::vector<ScalarFunction> membership_functions();
std::vector<ScalarFunction> regex_functions();
std::vector<ScalarFunction> text_format_functions();
std::vector<ScalarFunction> metadata_functions();
std::vector<ScalarFunction> sketch_functions();
std::vector<ScalarFunction> dynamic_access_functions();
std::vector<ScalarFunction> datetime_functions();
std::vector<ScalarFunction> datetime_text_functions();
std::vector<ScalarFunction> time_zone_functions();
std::vector<ScalarFunction> array_functions();
std::vector<ScalarFunction> set_functions();
std::vector<ScalarFunction> bag_functions();
std::vector<ScalarFunction> parsing_functions();
std::vector<ScalarFunction> encoding_functions();
std::vector<ScalarFunction> hashing_functions();
std::vector<ScalarFunction> ipv4_functions();
std::vector<ScalarFunction> ipv6_functions();
std::vector<ScalarFunction> ip_search_functions();
std::vector<ScalarFunction> ip_location_functions();
std::vector<ScalarFunction> series_functions();
std::vector<ScalarFunction> series_fill_functions();
std::vector<ScalarFunction> series_model_functions();
std::vector<ScalarFunction> series_fit_functions();
std::vector<ScalarFunction> series_fourier_functions();
std::vector<ScalarFunction> distribution_functions();
std::vector<ScalarFunction> tdigest_functions();
std::vector<ScalarFunction> binder_functions();
std::vector<ScalarFunction> environment_functions();
std::vector<ScalarFunction> user_agent_functions();
std::vector<ScalarFunction> compression_functions();
std::vector<ScalarFunction> unit_functions();
std::vector<ScalarFunction> geo_point_functions();
std::vector<ScalarFunction> geohash_functions();
std::vector<ScalarFunction> geo_text_functions();
std::vector<ScalarFunction> geo_s2_functions();
std::vector<ScalarFunction> geo_h3_functions();
std::vector<ScalarFunction> geo_line_functions();
std::vector<ScalarFunction> geo_polygon_functions();
std::vector<ScalarFunction> geo_intersection_functions();
std::vector<ScalarFunction> key_value_functions();

// aggregate/
std::vector<AggregateFunction> counting_aggregates();
std::vector<AggregateFunction> sum_aggregates();
std::vector<AggregateFunction> extreme_aggregates();
std::vector<AggregateFunction> argument_aggregates();
std::vector<AggregateFunction> distinct_aggregates();
std::vector<AggregateFunction> collection_aggregates();
std::vector<AggregateFunction> percentile_aggregates();
std::vector<AggregateFunction> statistics_aggregates();
std::vector<AggregateFunction> digest_aggregates();
std::vector<AggregateFunction> schema_aggregates();

}  // namespace vedette::stdlib
