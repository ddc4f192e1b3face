//! Evidence: points that halve with time, and the worth that they leave.
//!
//! Points are in Q16, the share of the worth that one point takes in Q32, the worth in Q16. Between
//! two halvings the points follow a table of 2^(−i/64), so that what is kept is above the real
//! 2^(−t/h) by one step of it at most, and never rises. Whatever cannot be exact is rounded against
//! the member: the worth is never above the spec's.

/// A worth of 1: nothing is known against the member.
pub const ONE_Q16: u32 = 1 << 16;

/// Steps of the table between two halvings.
const STEPS: u64 = 64;

/// 2^(−i/64) in Q32, rounded down.
#[rustfmt::skip]
const HALVINGS: [u64; STEPS as usize] = [
    0x1_0000_0000, 0x0_fd3e_0c0c, 0x0_fa83_b2db, 0x0_f7d0_df73,
    0x0_f525_7d15, 0x0_f281_773c, 0x0_efe4_b99b, 0x0_ed4f_301e,
    0x0_eac0_c6e7, 0x0_e839_6a50, 0x0_e5b9_06e7, 0x0_e33f_8972,
    0x0_e0cc_deec, 0x0_de60_f482, 0x0_dbfb_b797, 0x0_d99d_15c2,
    0x0_d744_fcca, 0x0_d4f3_5aab, 0x0_d2a8_1d91, 0x0_d063_33da,
    0x0_ce24_8c15, 0x0_cbec_14fe, 0x0_c9b9_bd86, 0x0_c78d_74c8,
    0x0_c567_2a11, 0x0_c346_ccda, 0x0_c12c_4cca, 0x0_bf17_99b6,
    0x0_bd08_a39f, 0x0_baff_5ab2, 0x0_b8fb_af47, 0x0_b6fd_91e3,
    0x0_b504_f333, 0x0_b311_c412, 0x0_b123_f581, 0x0_af3b_78ad,
    0x0_ad58_3eea, 0x0_ab7a_39b5, 0x0_a9a1_5ab4, 0x0_a7cd_93b4,
    0x0_a5fe_d6a9, 0x0_a435_15ae, 0x0_a270_4303, 0x0_a0b0_510f,
    0x0_9ef5_3260, 0x0_9d3e_d9a7, 0x0_9b8d_39b9, 0x0_99e0_4593,
    0x0_9837_f051, 0x0_9694_2d37, 0x0_94f4_efa8, 0x0_935a_2b2f,
    0x0_91c3_d373, 0x0_9031_dc43, 0x0_8ea4_398b, 0x0_8d1a_df5b,
    0x0_8b95_c1e3, 0x0_8a14_d575, 0x0_8898_0e80, 0x0_871f_6196,
    0x0_85aa_c367, 0x0_843a_28c3, 0x0_82cd_8698, 0x0_8164_d1f3,
];

/// What is left of `points_q16` after `elapsed_ns`, when they halve every `half_life_ns`; rounded
/// down. Without a half-life nothing lasts. One of 2^58 ns and more, nine years, runs through the
/// table more than once; the compiler takes none above a year.
pub fn decayed(points_q16: u32, elapsed_ns: u64, half_life_ns: u64) -> u32 {
    let Some(halved) = elapsed_ns.checked_div(half_life_ns) else {
        return if elapsed_ns == 0 { points_q16 } else { 0 };
    };
    if halved >= u64::from(u32::BITS) {
        return 0;
    }
    let step = STEPS.wrapping_mul(elapsed_ns % half_life_ns) / half_life_ns % STEPS;
    let kept = u64::from(points_q16 >> halved) * HALVINGS[step as usize];
    // The table is at most 1 in Q32, hence this at most the points.
    (kept >> 32) as u32
}

/// The worth that is left, `max(0, 1 − Σ share · points)`, in 0 ..= [`ONE_Q16`]. Each lowering is
/// the place of an evidence in `points_q16` and the share that one point takes, in Q32; a place
/// that there is not has no points. Each product is rounded up.
pub fn worth_q16(points_q16: &[u32], lowering: &[(usize, u64)]) -> u32 {
    let taken = lowering.iter().fold(0u64, |sum, (evidence, per_point_q32)| {
        let points = points_q16.get(*evidence).copied().unwrap_or(0);
        sum.saturating_add(taken_q16(points, *per_point_q32))
    });
    // What is taken may be more than there is.
    u32::try_from(taken).map_or(0, |taken| ONE_Q16.saturating_sub(taken))
}

/// Q16 · Q32, rounded up to Q16, in halves so that nothing overflows.
fn taken_q16(points_q16: u32, per_point_q32: u64) -> u64 {
    let points = u64::from(points_q16);
    let low = (per_point_q32 & 0xffff_ffff) * points;
    let low = (low >> 32) + u64::from(low & 0xffff_ffff != 0);
    ((per_point_q32 >> 32) * points).saturating_add(low)
}
