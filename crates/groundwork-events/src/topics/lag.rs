//! How far each group of consumers is behind, a line for each partition.

use serde::Serialize;

use super::groups::{Group, among};
use crate::{Bus, Error};

/// How far a group is behind in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// The group.
    pub group: String,
    /// The topic that it has read.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset that it will go on with.
    pub committed: i64,
    /// The offset that the next record will get.
    pub end: i64,
    /// Records that it has not confirmed and can still read.
    pub lag: i64,
}

/// The lag of `group`, or of every group, in each partition where it has committed an offset.
///
/// # Errors
/// [`Error::NoGroup`] when there is no `group`, [`Error::Failed`] when the broker does not answer.
pub async fn lag(bus: &Bus, group: Option<&str>) -> Result<Vec<Lag>, Error> {
    let groups = among(bus, group).await?;
    match group {
        Some(group) if groups.is_empty() => Err(Error::NoGroup {
            group: group.into(),
        }),
        _ => Ok(groups.iter().flat_map(lines).collect()),
    }
}

fn lines(group: &Group) -> impl Iterator<Item = Lag> {
    group.partitions.iter().filter_map(|behind| {
        Some(Lag {
            group: group.name.clone(),
            topic: behind.topic.clone(),
            partition: behind.held.partition,
            committed: behind.committed?,
            end: behind.held.latest,
            lag: behind.lag()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        test_bus::TestBus,
        topics::{Behind, Held},
    };

    #[test]
    fn a_partition_without_a_confirmed_offset_has_no_line() {
        let behind = |partition, committed| Behind {
            topic: "t".into(),
            held: Held {
                partition,
                earliest: 0,
                latest: 5,
            },
            committed,
        };
        let group = Group {
            name: "g".into(),
            state: "Empty".into(),
            members: Some(0),
            partitions: vec![behind(0, None), behind(1, Some(2))],
        };
        let expected = Lag {
            group: "g".into(),
            topic: "t".into(),
            partition: 1,
            committed: 2,
            end: 5,
            lag: 3,
        };
        assert_eq!(lines(&group).collect::<Vec<_>>(), [expected]);
    }

    #[tokio::test]
    async fn a_group_that_is_not_there_is_named() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let group = bed.name();
        let error = lag(&bed.bus, Some(&group)).await.unwrap_err();
        assert_eq!(error.to_string(), format!("there is no group '{group}'"));
        bed.end().await;
    }
}
