# vedette_module and vedette_program: the module list of CMakeLists.txt as targets.

# vedette_module(<folder> [USES <module>...] [LINKS <target>...])
# One static library a folder, from all sources directly in it and in sub-folders that are not
# modules themselves. A folder without sources is an interface library of headers.
function(vedette_module folder)
  cmake_parse_arguments(module "" "" "USES;LINKS" ${ARGN})
  string(REPLACE "/" "_" target "vedette_${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main/[^/]*\\.cpp$")
  set(uses)
  foreach(other IN LISTS module_USES)
    string(REPLACE "/" "_" other "vedette_${other}")
    list(APPEND uses ${other})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers
                                             -Wno-gnu-zero-variadic-macro-arguments)
    target_link_libraries(${target} PUBLIC ${uses} ${module_LINKS})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${uses} ${module_LINKS})
  endif()
  set_property(GLOBAL APPEND PROPERTY vedette_modules ${folder})
  set_property(GLOBAL PROPERTY "vedette_uses_${folder}" "${module_USES}")
endfunction()

# vedette_program(<name> <folder>): an executable from the sources in <folder>.
function(vedette_program name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE vedette_runtime_shell)
endfunction()
