import ArgumentParser
import Glibc

/// The commands of the harness.
@main
struct ChatrixSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chatrix-sim",
        abstract: "Simulates, serves and load-tests the Chatrix API.",
        version: version,
        subcommands: [
            Serve.self, Run.self, Simulate.self, Conformance.self, Behaviours.self, Report.self, Check.self,
            Compare.self, Validate.self, Schema.self, New.self,
        ])

    static let version = "0.1.0"

    /// Parses the arguments and runs the command; wrong usage is one line on stderr and exit code 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch  where exitCode(for: error).isSuccess {
            exit(withError: error)
        } catch {
            fail("\(message(for: error))", code: 2)
        }
    }

    /// Writes `problem` as one line on stderr and ends the program.
    static func fail(_ problem: String, code: Int32) -> Never {
        StandardStream.error.writeLine("chatrix-sim: \(problem)")
        Glibc.exit(code)
    }
}
