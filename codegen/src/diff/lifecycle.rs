//! Deprecation, sunset dates and stability (extensions `x-sunset`, `x-stability-level`).

use super::Level;
use super::document::{Differ, Operation, deprecated, stability};
use super::side::text;
use super::spot::{Spot, Way};
use crate::openapi::tree::Node;
use crate::source::Span as Place;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

/// A sunset date as written, and as days since 1970-01-01 when it can be read.
struct Sunset<'t> {
    text: String,
    days: Option<i64>,
    at: &'t Node,
}

fn sunset(node: &Node) -> Option<Sunset<'_>> {
    let at = node.get("x-sunset")?;
    let text = at.as_str().map_or_else(|| super::side::shown(at), str::to_owned);
    let days = at.as_str().and_then(date);
    Some(Sunset { text, days, at })
}

/// RFC 3339 `full-date`, or a date-time of which only the date counts; days since 1970-01-01.
fn date(text: &str) -> Option<i64> {
    let date: Date = text.get(..10)?.parse().ok()?;
    let is_read = text.len() == 10 || text.parse::<Timestamp>().is_ok();
    is_read.then(|| EPOCH.until(date).map(|span| i64::from(span.get_days())).ok()).flatten()
}

/// Days since 1970-01-01 as `YYYY-MM-DD`; the last day of the calendar for what lies behind it.
pub(super) fn civil(days: i64) -> String {
    EPOCH.checked_add(Span::new().try_days(days).unwrap_or_default()).unwrap_or(Date::MAX).to_string()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

const STABILITY: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// The ids of one kind of thing that can be deprecated.
struct Ids {
    deprecated: &'static str,
    with_sunset: &'static str,
    missing: &'static str,
    invalid: &'static str,
    too_small: &'static str,
    reactivated: &'static str,
    changed_too_small: &'static str,
    deleted: &'static str,
    parse: &'static str,
}

const OPERATION: Ids = Ids {
    deprecated: "endpoint-deprecated",
    with_sunset: "endpoint-deprecated-with-sunset",
    missing: "api-deprecated-sunset-missing",
    invalid: "api-deprecated-sunset-parse",
    too_small: "api-sunset-date-too-small",
    reactivated: "endpoint-reactivated",
    changed_too_small: "api-sunset-date-changed-too-small",
    deleted: "sunset-deleted",
    parse: "api-path-sunset-parse",
};

const PARAMETER: Ids = Ids {
    deprecated: "request-parameter-deprecated",
    with_sunset: "request-parameter-deprecated",
    missing: "request-parameter-deprecated-sunset-missing",
    invalid: "request-parameter-sunset-parse",
    too_small: "request-parameter-sunset-date-too-small",
    reactivated: "request-parameter-reactivated",
    changed_too_small: "request-parameter-sunset-date-changed-too-small",
    deleted: "request-parameter-sunset-deleted",
    parse: "request-parameter-sunset-parse",
};

macro_rules! property_ids {
    ($way:literal) => {
        Ids {
            deprecated: concat!($way, "-property-deprecated"),
            with_sunset: concat!($way, "-property-deprecated-with-sunset"),
            missing: concat!($way, "-property-deprecated-sunset-missing"),
            invalid: concat!($way, "-property-deprecated-sunset-invalid"),
            too_small: concat!($way, "-property-sunset-date-too-small"),
            reactivated: concat!($way, "-property-reactivated"),
            changed_too_small: "",
            deleted: "",
            parse: "",
        }
    };
}

const REQUEST_PROPERTY: Ids = property_ids!("request");
const RESPONSE_PROPERTY: Ids = property_ids!("response");

impl<'t> Differ<'t> {
    /// Days that something of this stability must stay deprecated before it goes.
    fn notice(&self, stability: Option<&str>) -> i64 {
        match stability {
            Some("draft" | "alpha") => 0,
            Some("beta") => self.options.beta_days,
            _ => self.options.stable_days,
        }
    }

    pub(super) fn operation_lifecycle(&mut self, was: &Operation<'t>, is: &Operation<'t>) {
        let level = stability(is.node);
        if !self.operation_stability((was.node, stability(was.node)), (is.node, level)) {
            return;
        }
        self.deprecation(&OPERATION, ("", "the operation"), (was.node, is.node), level);
    }

    /// False when a stability that changed cannot be read.
    fn operation_stability(
        &mut self,
        (old, was): (&Node, Option<&str>),
        (new, is): (&Node, Option<&str>),
    ) -> bool {
        if was == is {
            return true;
        }
        let invalid = [was, is].into_iter().flatten().find(|level| !STABILITY.contains(level));
        if let Some(level) = invalid {
            let at = |node: &Node| node.get("x-stability-level").map(|node| node.span);
            let text = format!("`{level}` is not one of draft, alpha, beta, stable");
            let spans = (at(old), at(new).or(Some(new.span)));
            self.report("api-invalid-stability-level", Level::Breaking, ("", text), spans);
            return false;
        }
        if let Some((decreased, text)) = stability_change(was, is) {
            let id = if decreased { "api-stability-decreased" } else { "api-stability-increased" };
            self.report(id, Level::Breaking, ("", text), (Some(old.span), Some(new.span)));
        }
        true
    }

    pub(super) fn parameter_lifecycle(
        &mut self,
        told: &str,
        (old, new): (&'t Node, &'t Node),
        level: Option<&str>,
    ) {
        self.deprecation(&PARAMETER, (told, told), (old, new), level);
    }

    pub(super) fn property_lifecycle(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        if !matches!(spot.role, super::spot::Role::Property) {
            return;
        }
        let ids = if spot.way == Way::Request { &REQUEST_PROPERTY } else { &RESPONSE_PROPERTY };
        let told = spot.told();
        self.deprecation(ids, (&told, &told), (old, new), stability(new));
        if let Some((decreased, text)) = stability_change(stability(old), stability(new)) {
            let way = if spot.way == Way::Request { "request" } else { "response" };
            let id =
                format!("{way}-property-stability-{}", if decreased { "decreased" } else { "increased" });
            self.report(
                id,
                Level::Breaking,
                (&told, format!("{told}: {text}")),
                (Some(old.span), Some(new.span)),
            );
        }
    }

    fn deprecation(
        &mut self,
        ids: &Ids,
        (place, told): (&str, &str),
        (old, new): (&'t Node, &'t Node),
        level: Option<&str>,
    ) {
        let spans = (Some(old.span), Some(new.get("deprecated").unwrap_or(new).span));
        match (deprecated(old), deprecated(new)) {
            (true, false) => {
                let text = format!("{told} is not deprecated any more");
                self.report(ids.reactivated, Level::Safe, (place, text), spans);
            }
            (false, true) => {
                let days = self.notice(level);
                let (id, text) = match sunset(new) {
                    None if days > 0 => (ids.missing, format!("{told} was deprecated without a sunset date")),
                    None => (ids.deprecated, format!("{told} was deprecated")),
                    Some(Sunset { text, days: None, .. }) => (ids.invalid, format!("`{text}` is not a date")),
                    Some(Sunset { text, days: Some(at), .. }) if at - self.options.today < days => (
                        ids.too_small,
                        format!("the sunset date `{text}` of {told} must be at least {days} days away"),
                    ),
                    Some(Sunset { text, .. }) => {
                        (ids.with_sunset, format!("{told} was deprecated until `{text}`"))
                    }
                };
                self.report(id, Level::Safe, (place, text), spans);
            }
            (true, true) if !ids.parse.is_empty() => {
                self.sunset_changed(ids, (place, told), (old, new), level)
            }
            _ => {}
        }
    }

    fn sunset_changed(
        &mut self,
        ids: &Ids,
        (place, told): (&str, &str),
        (old, new): (&'t Node, &'t Node),
        level: Option<&str>,
    ) {
        let (was, is) = match (sunset(old), sunset(new)) {
            (Some(was), None) => {
                let text = format!("the sunset date of {told} was removed, and it is still deprecated");
                return self.report(
                    ids.deleted,
                    Level::Breaking,
                    (place, text),
                    (Some(was.at.span), Some(new.span)),
                );
            }
            (Some(was), Some(is)) if was.text != is.text => (was, is),
            _ => return,
        };
        let (Some(before), Some(after)) = (was.days, is.days) else {
            let wrong = if was.days.is_none() { &was } else { &is };
            let text = format!("the sunset date `{}` of {told} is not a date", wrong.text);
            return self.report(
                ids.parse,
                Level::Breaking,
                (place, text),
                (Some(was.at.span), Some(is.at.span)),
            );
        };
        let days = self.notice(level);
        if after < before && after - self.options.today < days.max(before - self.options.today) {
            let text = format!("the sunset date of {told} came nearer, from `{}` to `{}`", was.text, is.text);
            self.report(
                ids.changed_too_small,
                Level::Breaking,
                (place, text),
                (Some(was.at.span), Some(is.at.span)),
            );
        }
    }

    /// An operation that is gone; `path_stays` when others of its path are still there.
    pub(super) fn operation_removed(&mut self, gone: &Operation<'t>, path_stays: bool) {
        self.enter(gone.method, gone.path);
        let prefix = if path_stays { "api" } else { "api-path" };
        let at = Some(gone.at);
        if matches!(stability(gone.node), Some("draft" | "alpha")) {
            return;
        }
        let (what, text) = self.farewell(gone.node);
        if what == "parse" {
            let text = format!("the operation {text}");
            return self.report("api-path-sunset-parse", Level::Breaking, ("", text), (at, None));
        }
        let level = if what == "after-sunset" { Level::Safe } else { Level::Breaking };
        self.report(
            format!("{prefix}-removed-{what}"),
            level,
            ("", format!("the operation {text}")),
            (at, None),
        );
    }

    /// How something went: the end of its id, and the end of the sentence.
    fn farewell(&self, node: &Node) -> (&'static str, String) {
        if !deprecated(node) {
            return ("without-deprecation", "was removed without having been deprecated".to_owned());
        }
        match sunset(node) {
            None => ("with-deprecation", "was removed after its deprecation".to_owned()),
            Some(Sunset { text, days: None, .. }) => {
                ("parse", format!("was removed, and its sunset date `{text}` is not a date"))
            }
            Some(Sunset { text, days: Some(at), .. }) if at > self.options.today => {
                ("before-sunset", format!("was removed before its sunset date `{text}`"))
            }
            Some(_) => ("after-sunset", "was removed after its sunset date".to_owned()),
        }
    }

    pub(super) fn parameter_removed(&mut self, told: &str, node: &'t Node, at: Place) {
        let (what, text) = self.farewell(node);
        let id = match what {
            "parse" => "request-parameter-sunset-parse".to_owned(),
            "without-deprecation" => "request-parameter-removed".to_owned(),
            what => format!("request-parameter-removed-{what}"),
        };
        let text = if what == "without-deprecation" { "was removed".to_owned() } else { text };
        let level = if what == "after-sunset" { Level::Safe } else { Level::Dangerous };
        self.report(id, level, (told, format!("{told} {text}")), (Some(at), None));
    }
}

/// Whether the stability went down, and a sentence; `None` when it did not change.
fn stability_change(was: Option<&str>, is: Option<&str>) -> Option<(bool, String)> {
    let rank = |level: Option<&str>| STABILITY.iter().position(|one| Some(*one) == level);
    match (rank(was), rank(is)) {
        (Some(before), Some(after)) if before != after => {
            let (was, is) = (STABILITY[before], STABILITY[after]);
            let verb = if after < before { "went down" } else { "rose" };
            Some((after < before, format!("the stability {verb} from `{was}` to `{is}`")))
        }
        (Some(before), None) => Some((true, format!("the stability `{}` was removed", STABILITY[before]))),
        _ => None,
    }
}

/// Whether an operation's documentation says that it may change at any time.
pub(super) fn unstable(node: &Node) -> bool {
    matches!(text(node, "x-stability-level"), Some("draft" | "alpha"))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_counted_from_1970() {
        assert_eq!(date("1970-01-01"), Some(0));
        assert_eq!(date("2000-03-01"), Some(11_017));
        assert_eq!(date("2026-11-22T10:00:00Z"), Some(20_779));
        for days in [-1, 0, 59, 60, 11_017, 20_779, 47_540] {
            assert_eq!(date(&super::civil(days)), Some(days));
        }
        for wrong in ["", "2026", "2026-13-01", "invalid-date", "2026-11-22x"] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }
}
