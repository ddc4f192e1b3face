//! What is under way from resources to agents.

use crate::law::Told;

/// What the entries of one resource are told.
#[derive(Debug)]
pub struct Link {
    /// What each entry was sent last, and not lost.
    sent: Vec<Told>,
    /// The same of the last rounds; `next` is the oldest.
    ring: Vec<Vec<Told>>,
    next: usize,
    fresh: Vec<Told>,
}

impl Link {
    /// Everybody has always been told this.
    pub fn new(told: Vec<Told>, delay: u32) -> Self {
        let ring = vec![told.clone(); delay as usize];
        Link { fresh: told.clone(), sent: told, ring, next: 0 }
    }

    /// Sends what `tell` writes; entries for which `lost` says so keep what was sent before.
    pub fn send(&mut self, tell: impl FnOnce(&mut [Told]), mut lost: impl FnMut() -> bool) {
        // What was sent in the round before now stands in the ring, in the place of the oldest.
        if let Some(oldest) = self.ring.get_mut(self.next) {
            oldest.copy_from_slice(&self.sent);
            self.next = (self.next + 1) % self.ring.len();
        }
        tell(&mut self.fresh);
        for (sent, fresh) in self.sent.iter_mut().zip(&self.fresh) {
            if !lost() {
                *sent = *fresh;
            }
        }
    }

    /// What arrives now: what was sent as many rounds ago as the delay says.
    pub fn arrived(&self) -> &[Told] {
        self.ring.get(self.next).unwrap_or(&self.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_was_sent_so_many_rounds_ago() {
        for delay in 0..4u32 {
            let mut link = Link::new(vec![Told::NOTHING], delay);
            for round in 1..10u32 {
                let price = f64::from(round);
                link.send(|told| told.fill(Told { price, ..Told::NOTHING }), || false);
                let expected = f64::from(round.saturating_sub(delay));
                assert_eq!(link.arrived()[0].price, expected, "{delay} {round}");
            }
        }
    }

    #[test]
    fn what_is_lost_leaves_the_last() {
        let mut link = Link::new(vec![Told::NOTHING; 2], 0);
        link.send(|told| told.fill(Told { price: 1.0, ..Told::NOTHING }), || false);
        let mut first = true;
        link.send(
            |told| told.fill(Told { price: 2.0, ..Told::NOTHING }),
            || std::mem::take(&mut first),
        );
        let prices: Vec<_> = link.arrived().iter().map(|told| told.price).collect();
        assert_eq!(prices, [1.0, 2.0]);
    }
}
