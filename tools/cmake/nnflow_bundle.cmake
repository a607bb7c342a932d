# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Runs at installation, for the portable archive only: copies to lib/nnflow every library that the
# installed files need, but glibc and LibTorch, and the licence of each to
# share/doc/nnflow/third_party. Expects `strip_program`. OpenMP is brought along although LibTorch has
# its own, which is loaded first and then the only one: some builds of it call theirs otherwise.
set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
set(licences "${prefix}/share/doc/nnflow/third_party")
file(GLOB libraries "${prefix}/lib/libnnflow_*.so" "${prefix}/lib/nnflow/*.so*")
file(GLOB plugins "${prefix}/lib/nnflow/plugins/*.so")
file(GET_RUNTIME_DEPENDENCIES
  EXECUTABLES "${prefix}/bin/nnflow" LIBRARIES ${libraries} MODULES ${plugins}
  RESOLVED_DEPENDENCIES_VAR found
  UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES "^lib(torch|c10)[._]" "^ld-linux"
                      "^lib(c|m|dl|rt|pthread|util|resolv)\\.so"
  POST_EXCLUDE_REGEXES "^${prefix}/")
if(missing)
  message(FATAL_ERROR "not found, and needed by the package: ${missing}")
endif()

# Sets `out` to the Debian package that a file comes from.
function(owner_of out file)
  file(REAL_PATH "${file}" real)
  foreach(path IN ITEMS "${file}" "${real}" "/usr${file}")
    execute_process(COMMAND dpkg-query --search "${path}" OUTPUT_VARIABLE answer
                    ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      string(REGEX MATCH "^[^:, ]+" package "${answer}")
      set(${out} "${package}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${file} belongs to no Debian package, so its licence is unknown")
endfunction()

list(SORT found)
set(lines "")
foreach(file IN LISTS found)
  cmake_path(GET file FILENAME name)
  file(REAL_PATH "${file}" real)
  set(copy "${prefix}/lib/nnflow/${name}")
  file(COPY_FILE "${real}" "${copy}")
  execute_process(COMMAND "${strip_program}" --strip-unneeded "${copy}" COMMAND_ERROR_IS_FATAL ANY)
  owner_of(package "${file}")
  file(COPY_FILE "/usr/share/doc/${package}/copyright" "${licences}/${package}.txt")
  execute_process(COMMAND dpkg-query --show --showformat "\${Version}" "${package}"
                  OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
  list(APPEND lines "lib/nnflow/${name}: ${package} ${version} of Debian, third_party/${package}.txt")
endforeach()
list(JOIN lines "\n" text)
file(WRITE "${prefix}/share/doc/nnflow/BUNDLED.txt" "${text}\n")

# These texts refer to others that only Debian has.
file(GLOB texts "${licences}/*.txt")
foreach(text IN LISTS texts)
  file(STRINGS "${text}" referring REGEX "/usr/share/common-licenses/[A-Za-z]")
  foreach(line IN LISTS referring)
    string(REGEX MATCH "/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])" path "${line}")
    if(EXISTS "${path}")
      file(REAL_PATH "${path}" real)
      file(COPY_FILE "${real}" "${licences}/common-licenses-${CMAKE_MATCH_1}.txt" ONLY_IF_DIFFERENT)
    endif()
  endforeach()
endforeach()
