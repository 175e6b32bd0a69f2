//! Buckets for sizes: exact below 16, then four to an octave.

/// Number of buckets; the last one holds all that is larger.
pub const N_BUCKETS: usize = 16 + 4 * 36;

/// The bucket of a value.
pub const fn bucket_of(value: u64) -> usize {
    if value < 16 {
        return value as usize;
    }
    let octave = 63 - value.leading_zeros() as usize;
    let quarter = (value >> (octave - 2)) as usize & 3;
    let bucket = 16 + (octave - 4) * 4 + quarter;
    if bucket < N_BUCKETS { bucket } else { N_BUCKETS - 1 }
}

/// Smallest and largest value of a bucket.
pub const fn bucket_bounds(bucket: usize) -> (u64, u64) {
    if bucket < 16 {
        return (bucket as u64, bucket as u64);
    }
    let (octave, quarter) = ((bucket - 16) / 4 + 4, ((bucket - 16) % 4) as u64);
    let width = 1u64 << (octave - 2);
    let low = (4 + quarter) * width;
    if bucket == N_BUCKETS - 1 {
        (low, u64::MAX)
    } else {
        (low, low + width - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_within_the_bounds_of_its_bucket() {
        for value in (0..5000).chain((12..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1])) {
            let (low, high) = bucket_bounds(bucket_of(value));
            assert!(low <= value && value <= high, "{value} is not in {low}..={high}");
        }
    }

    #[test]
    fn buckets_follow_each_other_without_gaps() {
        for bucket in 1..N_BUCKETS {
            assert_eq!(bucket_bounds(bucket).0, bucket_bounds(bucket - 1).1 + 1);
        }
    }
}
