//! What `debug on` shows, in the Python client's words.

use crate::http::Exchange;
use crate::request::RequestSpec;
use crate::text::clean;

/// The two lines before an answer's body.
pub fn answered(spec: &RequestSpec, exchange: &Exchange) -> String {
    let body = spec.masked_body_pretty().unwrap_or_default();
    format!(
        "executed request: {} {} - status code: {} request body: {}\ngot response, status code: {} body:\n",
        spec.method.as_str(),
        spec.url,
        exchange.status,
        clean::text(&body),
        exchange.status
    )
}

/// The same for a request that got no answer.
pub fn unanswered(spec: &RequestSpec) -> String {
    let body = spec.masked_body_pretty().unwrap_or_default();
    format!(
        "executed request: {} {} - status code: none request body: {}\ngot no response\n",
        spec.method.as_str(),
        spec.url,
        clean::text(&body)
    )
}
