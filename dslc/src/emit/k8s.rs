//! The autoscaler's manifest, from typed values.

use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec, MetricIdentifier, MetricSpec,
    MetricTarget, PodsMetricSource,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::{Artifact, EmitError};
use crate::certify::Certificate;
use crate::plan::ir::{Autoscaler, Plan, Rational};

/// `config/hpa.yaml`.
pub fn emit(plan: &Plan, _: &Certificate) -> Result<Vec<Artifact>, EmitError> {
    let autoscaler = plan.autoscaler.as_ref().ok_or_else(|| {
        EmitError("an autoscaler needs a metric: export a mean, `export mean(x) as …;`".to_owned())
    })?;
    let manifest = manifest(&plan.fibre, autoscaler)?;
    let yaml = serde_yaml::to_string(&manifest).map_err(|e| EmitError(e.to_string()))?;
    let contents = format!("{}{yaml}", header(plan, autoscaler));
    Ok(vec![Artifact::text("config/hpa.yaml", contents)])
}

fn header(plan: &Plan, autoscaler: &Autoscaler) -> String {
    let Autoscaler { elasticity, stale_syncs, sync_seconds, window_seconds, .. } = autoscaler;
    format!(
        "# Generated from {} by dslc. Do not edit: change the spec and build again.\n\
         #\n\
         # The capacity is divided among the pods, so the metric falls as pods^-{elasticity}. Read\n\
         # {stale_syncs} sync late, that needs windows of both directions of at least\n\
         # ({stale_syncs} + 1) syncs of {sync_seconds} s = {window_seconds} s, and policies shorter than a sync.\n",
        plan.source
    )
}

fn manifest(fibre: &str, autoscaler: &Autoscaler) -> Result<HorizontalPodAutoscaler, EmitError> {
    let replicas = |count: u32| i32::try_from(count).map_err(|e| EmitError(e.to_string()));
    let metric = MetricSpec {
        type_: "Pods".to_owned(),
        pods: Some(PodsMetricSource {
            metric: MetricIdentifier { name: autoscaler.metric.clone(), selector: None },
            target: MetricTarget {
                type_: "AverageValue".to_owned(),
                average_value: Some(quantity(&autoscaler.target)?),
                ..MetricTarget::default()
            },
        }),
        ..MetricSpec::default()
    };
    Ok(HorizontalPodAutoscaler {
        // A Kubernetes name has no underscore.
        metadata: ObjectMeta { name: Some(object_name(fibre)), ..ObjectMeta::default() },
        spec: Some(HorizontalPodAutoscalerSpec {
            scale_target_ref: CrossVersionObjectReference {
                api_version: Some("apps/v1".to_owned()),
                kind: "Deployment".to_owned(),
                name: object_name(fibre),
            },
            min_replicas: Some(replicas(autoscaler.min_replicas)?),
            max_replicas: replicas(autoscaler.max_replicas)?,
            metrics: Some(vec![metric]),
            behavior: Some(HorizontalPodAutoscalerBehavior {
                scale_up: Some(rules(autoscaler)?),
                scale_down: Some(rules(autoscaler)?),
            }),
        }),
        ..HorizontalPodAutoscaler::default()
    })
}

fn object_name(fibre: &str) -> String {
    fibre.to_lowercase().replace('_', "-")
}

fn rules(autoscaler: &Autoscaler) -> Result<HPAScalingRules, EmitError> {
    let seconds = |value: u32| i32::try_from(value).map_err(|e| EmitError(e.to_string()));
    Ok(HPAScalingRules {
        stabilization_window_seconds: Some(seconds(autoscaler.window_seconds)?),
        select_policy: Some("Max".to_owned()),
        policies: Some(vec![HPAScalingPolicy {
            type_: "Percent".to_owned(),
            value: 100,
            period_seconds: seconds(autoscaler.policy_seconds)?,
        }]),
        ..HPAScalingRules::default()
    })
}

/// A decimal quantity, rounded down to milli.
fn quantity(value: &Rational) -> Result<Quantity, EmitError> {
    let milli = (value * Rational::from_integer(BigInt::from(1_000))).floor().to_integer();
    let milli = milli.to_i64().filter(|milli| *milli > 0);
    let milli = milli.ok_or_else(|| EmitError(format!("{value} is no quantity")))?;
    Ok(Quantity(if milli % 1_000 == 0 { (milli / 1_000).to_string() } else { format!("{milli}m") }))
}
