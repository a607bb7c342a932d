// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/sysinfo.h>

#include <cmath>
#include <new>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "resample/stages.hpp"

namespace nnflow::resample {
namespace {

/// Bytes, swap included; infinite where the system does not tell.
double machine_memory() {
  struct sysinfo info = {};
  if (::sysinfo(&info) != 0) return HUGE_VAL;
  return (static_cast<double>(info.totalram) + static_cast<double>(info.totalswap)) * info.mem_unit;
}

std::string three(const Spacing3& values) {
  return fmt::format("{:.6g} x {:.6g} x {:.6g}", values[0], values[1], values[2]);
}

}  // namespace

void within_memory(Context& ctx,
                   const imaging::Volume& image,
                   const Spacing3& target,
                   const std::string& source,
                   const std::function<void()>& resample) {
  Spacing3 from{};
  Spacing3 to{};  // may be beyond what an integer holds
  double bytes = sizeof(float) * static_cast<double>(image.channels());
  for (std::size_t i = 0; i < 3; ++i) {
    from[i] = static_cast<double>(image.extent()[i]);
    to[i] = std::nearbyint(image.spacing[i] / target[i] * from[i]);
    bytes *= to[i];
  }
  const std::string text = fmt::format(
      "{} voxels of {} mm (z, y, x) become {} voxels of the {} mm of {}, {} bytes in {} channel{}",
      three(from), three(image.spacing), three(to), three(target), source,
      bytes < 1e18 ? fmt::format("{:.0f}", bytes) : fmt::format("{:.3g}", bytes), image.channels(),
      image.channels() == 1 ? "" : "s");
  const char* const advice = "; expected another voxel size in the files of this case";
  if (!(to[0] > 0 && to[1] > 0 && to[2] > 0)) ctx.fail("no voxel is left: " + text + advice);
  if (bytes > machine_memory())
    ctx.fail("larger than the memory of this machine: " + text + advice);
  try {
    resample();
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kResource, "out of memory: " + text);
  } catch (const std::length_error&) {
    throw Error(ErrorCode::kResource, "out of memory: " + text);
  }
}

}  // namespace nnflow::resample
