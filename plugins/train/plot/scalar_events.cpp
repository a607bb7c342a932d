// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/plot/scalar_events.hpp"

#include <bit>
#include <boost/crc.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace nnflow::train {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class T>
void append_bytes(std::string& text, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  text.append(bytes, sizeof bytes);
}

/// Messages of the protocol buffer wire format, as far as an Event needs it.
class Message {
 public:
  void fixed64(std::uint32_t field, double value) {
    key(field, 1);
    append_bytes(bytes_, value);
  }
  void fixed32(std::uint32_t field, float value) {
    key(field, 5);
    append_bytes(bytes_, value);
  }
  void integer(std::uint32_t field, std::uint64_t value) {
    key(field, 0);
    varint(value);
  }
  void text(std::uint32_t field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void key(std::uint32_t field, std::uint32_t wire_type) { varint(field << 3U | wire_type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

/// CRC-32C, rotated and shifted: the checksum of a stored checksum would be useless otherwise.
std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::rotr(crc.checksum(), 15) + 0xA282EAD8U;
}

void append_record(std::string& file, const Message& event) {
  std::string length;
  append_bytes(length, static_cast<std::uint64_t>(event.bytes().size()));
  file += length;
  append_bytes(file, masked_crc(length));
  file += event.bytes();
  append_bytes(file, masked_crc(event.bytes()));
}

// Event: wall_time = 1, step = 2, file_version = 3, summary = 5; Summary: value = 1; Value: tag =
// 1, simple_value = 2.
void append_epoch_event(std::string& file, const networks::TrainingLog& log, std::size_t epoch) {
  Message summary;
  const auto scalar = [&](const std::string& tag, double value) {
    if (!std::isfinite(value)) return;
    Message entry;
    entry.text(1, tag);
    entry.fixed32(2, static_cast<float>(value));
    summary.text(1, entry.bytes());
  };
  const auto scalar_of = [&](const char* tag, const std::vector<double>& values) {
    if (epoch < values.size()) scalar(tag, values[epoch]);
  };
  scalar_of("loss/train", log.train_losses);
  scalar_of("loss/validation", log.val_losses);
  scalar_of("dice/mean", log.mean_fg_dice);
  scalar_of("dice/smoothed", log.ema_fg_dice);
  if (epoch < log.dice_per_class_or_region.size()) {
    const std::vector<double>& dice = log.dice_per_class_or_region[epoch];
    for (std::size_t c = 0; c < dice.size(); ++c)
      scalar("dice/class_" + std::to_string(c + 1), dice[c]);
  }
  scalar_of("learning_rate", log.lrs);
  const double end = log.epoch_end_timestamps[epoch];
  if (epoch < log.epoch_start_timestamps.size())
    scalar("epoch_seconds", end - log.epoch_start_timestamps[epoch]);
  Message event;
  event.fixed64(1, end);
  if (epoch != 0) event.integer(2, epoch);  // zero is the default
  event.text(5, summary.bytes());
  append_record(file, event);
}

}  // namespace

std::string scalar_events(const networks::TrainingLog& log, std::size_t first_epoch) {
  std::string file;
  const std::size_t epochs = log.epoch_end_timestamps.size();
  if (first_epoch == 0) {
    Message version;
    version.fixed64(1, log.epoch_start_timestamps.empty() ? 0.0 : log.epoch_start_timestamps[0]);
    version.text(3, "brain.Event:2");
    append_record(file, version);
  }
  for (std::size_t epoch = first_epoch; epoch < epochs; ++epoch)
    append_epoch_event(file, log, epoch);
  return file;
}

}  // namespace nnflow::train
