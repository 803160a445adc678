#pragma once

/// Jobs as bytes, for a successor in another process.

#include "job.h"

#include "common/record.h"

namespace nebula::upstream {

using common::RecordReader;
using common::RecordWriter;

void put(RecordWriter &out, const U256 &number);
[[nodiscard]] U256 number256(RecordReader &in);

void put(RecordWriter &out, const Job &job);
/// Refuses what no pool's message becomes.
[[nodiscard]] Job read_job_record(RecordReader &in, Dialect dialect);

} // namespace nebula::upstream
