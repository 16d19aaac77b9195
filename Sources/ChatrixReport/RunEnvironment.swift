/// What a run needs besides its history to be understood and repeated.
package struct RunEnvironment: Sendable, Hashable {
    /// A fact with its name, in the order of reports.
    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The command that repeats the run, with its seed.
    package var command: String
    /// Programs and their versions.
    package var versions: [Fact] = []
    /// Host, processors, memory, addresses of the deployment, memory per user.
    package var facts: [Fact] = []
    /// The text of the scenario file.
    package var scenarioText: String

    package init(command: String, scenarioText: String = "") {
        self.command = command
        self.scenarioText = scenarioText
    }
}
