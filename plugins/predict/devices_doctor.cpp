// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/devices_doctor.hpp"

#include <torch/version.h>

#include <string>

#include "nnflow/torch_bridge/device.hpp"

namespace nnflow::predict {

std::vector<Diagnosis> DevicesDoctor::examine() const {
  using Level = Diagnosis::Level;
  constexpr int kMost = 64;
  std::vector<Diagnosis> report{{"devices", "LibTorch", TORCH_VERSION, Level::kGood, ""},
                                {"devices", "cpu", "can be used", Level::kGood, ""}};
  for (int index = 0; index < kMost; ++index) {
    const torch_bridge::DeviceSpec device{true, index};
    try {
      static_cast<void>(torch_bridge::DeviceThread::open(device));
      report.push_back({"devices", device.text(), "can be used", Level::kGood, ""});
    } catch (const Error& error) {
      if (index == 0) {
        report.push_back({"devices", "cuda", error.what(), Level::kNote,
                          "for an NVIDIA card: install its driver, then tools/setup --cuda"});
      }
      break;
    }
  }
  return report;
}

}  // namespace nnflow::predict
