import ChatrixModel

/// The wire seam: routing, rate limits, tokens, bodies, validation, languages and encoding round a `ReferenceBackend`.
package struct ReferenceAPI: Sendable {
    package enum RateLimits: String, Sendable, CaseIterable { case documented, off }

    package struct Configuration: Sendable {
        package var backend = ReferenceBackend.Configuration()
        package var rateLimits = RateLimits.documented
        /// Key of the token signatures.
        package var tokenSecret = "chatrix-reference"

        package init() {}
    }

    package private(set) var backend: ReferenceBackend

    package init(configuration: Configuration = Configuration()) {
        backend = ReferenceBackend(configuration: configuration.backend)
    }

    /// Answers one request of the documented surface. Events of the step are in the outbox when this returns (D-57).
    package mutating func respond(to request: APIRequest, at time: Timestamp) -> APIResponse {
        APIResponse(status: 404)
    }

    /// Removes and returns the publications that were recorded and not taken yet, in order.
    package mutating func takeEvents() -> [Event] { [] }

    /// Answers `POST /_reference/<command>` and `GET /_reference/<page>` (D-100).
    ///
    /// `systemTime` is the reading of the real clock; the clock commands move `clock`.
    package mutating func control(
        _ request: APIRequest, clock: inout ReferenceClock, systemTime: Timestamp
    ) -> APIResponse {
        APIResponse(status: 404)
    }
}
