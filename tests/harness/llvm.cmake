# vedette_llvm: the part of LLVM 19 that compiler/jit links, statically. A process that is linked
# with the shared libLLVM starts some 15 ms later even when no query ever compiles.

find_program(VEDETTE_LLVM_CONFIG NAMES llvm-config-19 PATHS /usr/lib/llvm-19/bin REQUIRED)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(components orcjit aarch64codegen)
else()
  set(components orcjit x86codegen)
endif()

function(ask_llvm_config variable)
  execute_process(COMMAND ${VEDETTE_LLVM_CONFIG} --link-static ${ARGN} OUTPUT_VARIABLE answer
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(answer UNIX_COMMAND "${answer}")
  set(${variable} ${answer} PARENT_SCOPE)
endfunction()
ask_llvm_config(archives --libfiles ${components})
ask_llvm_config(system_libraries --system-libs ${components})
ask_llvm_config(headers --includedir)

add_library(vedette_llvm INTERFACE)
target_include_directories(vedette_llvm SYSTEM INTERFACE ${headers})
target_compile_definitions(vedette_llvm INTERFACE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS
                                                  __STDC_LIMIT_MACROS)
# LLVM names more system libraries than our part of it uses; loading them costs start-up time.
target_link_libraries(vedette_llvm INTERFACE ${archives} -Wl,--push-state,--as-needed
                                             ${system_libraries} -Wl,--pop-state)
