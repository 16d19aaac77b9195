/// What is known about a deployment before its conformance is judged.
package struct Profile: Sendable, Hashable {
    /// A row that is known not to hold and shall not fail the run.
    package struct Waiver: Sendable, Hashable {
        package var id: String
        package var reason: String

        package init(id: String, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// What reports call it; `nil` without a profile.
    package var name: String?
    package var waivers: [Waiver] = []
    package var knobs: Knobs

    package init(name: String? = nil, waivers: [Waiver] = [], knobs: Knobs = Knobs()) {
        self.name = name
        self.waivers = waivers
        self.knobs = knobs
    }
}
