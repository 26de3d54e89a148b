#include "stdlib/stdlib.h"

#include "stdlib/families.h"

namespace vedette {

const Library& standard_library() {
  using namespace stdlib;
  static const Library library = [] {
    Library made;
    made.add(arithmetic_functions())
        .add(comparison_functions())
        .add(logic_functions())
        .add(conditional_functions())
        .add(math_functions())
        .add(rounding_functions())
        .add(bitwise_functions())
        .add(conversion_functions())
        .add(string_functions())
        .add(string_editing_functions())
        .add(string_search_functions())
        .add(like_functions())
        .add(membership_functions())
        .add(regex_functions())
        .add(text_format_functions())
        .add(metadata_functions())
        .add(sketch_functions())
        .add(dynamic_access_functions())
        .add(datetime_functions())
        .add(datetime_text_functions())
        .add(time_zone_functions())
        .add(array_functions())
        .add(set_functions())
        .add(bag_functions())
        .add(parsing_functions())
        .add(encoding_functions())
        .add(hashing_functions())
        .add(ipv4_functions())
        .add(ipv6_functions())
        .add(ip_search_functions())
        .add(ip_location_functions())
        .add(series_functions())
        .add(series_fill_functions())
        .add(series_model_functions())
        .add(series_fit_functions())
        .add(series_fourier_functions())
        .add(distribution_functions())
        .add(tdigest_functions())
        .add(binder_functions())
        .add(environment_functions())
        .add(user_agent_functions())
        .add(compression_functions())
        .add(unit_functions())
        .add(geo_point_functions())
        .add(geohash_functions())
        .add(geo_text_functions())
        .add(geo_s2_functions())
        .add(geo_h3_functions())
        .add(geo_line_functions())
        .add(geo_polygon_functions())
        .add(geo_intersection_functions())
        .add(key_value_functions())
        .add(counting_aggregates())
        .add(sum_aggregates())
        .add(extreme_aggregates())
        .add(argument_aggregates())
        .add(distinct_aggregates())
        .add(collection_aggregates())
        .add(percentile_aggregates())
        .add(statistics_aggregates())
        .add(digest_aggregates())
        .add(schema_aggregates());
    return made;
  }();
  return library;
}

}  // namespace vedette
