import ChatrixModel
import Dispatch
import Foundation

/// `chatrix-sim serve` as a child process, so that load and server are accounted apart.
final class ReferenceProcess {
    /// The server did not come up; its own words stand on standard error.
    struct StartFailure: Error, CustomStringConvertible {
        let reason: String

        var description: String { "the reference server did not start: \(reason)" }
    }

    let httpURL: String
    let mqttURL: String
    private let process = Process()
    private let input = Pipe()

    /// Starts a server and a broker on free ports, without rate limits, and returns when they are ready.
    init(seed: UInt64) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [
            "serve", "--port", "0", "--mqtt-port", "0", "--rate-limits", "off", "--no-control", "--seed", String(seed),
            "--until-input-ends",
        ]
        process.standardOutput = output
        // The kernel closes this end when this process dies, however it does.
        process.standardInput = input
        do {
            try process.run()
        } catch {
            throw StartFailure(reason: error.localizedDescription)
        }
        let line = ReferenceProcess.firstLine(of: output.fileHandleForReading)
        guard let ready = try? JSON.parse(line), let http = ready["http"]?.string, let mqtt = ready["mqtt"]?.string
        else {
            process.terminate()
            process.waitUntilExit()
            throw StartFailure(reason: "it ended with code \(process.terminationStatus) before it was ready")
        }
        httpURL = http
        mqttURL = mqtt
    }

    private static func firstLine(of handle: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = handle.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Has the server finish and waits for its end; returns the user and system seconds that it took.
    func stop() -> Double {
        let seconds = processorSeconds()
        process.terminate()
        let identifier = process.processIdentifier
        let killer = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + ReferenceProcess.stopSecondsMax, execute: killer)
        process.waitUntilExit()
        killer.cancel()
        return seconds
    }

    /// A server that has not ended by then is ended by force.
    private static let stopSecondsMax = 20.0

    private func processorSeconds() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8) else {
            return 0
        }
        // The command name in parentheses may hold spaces; the fields after it are numbers.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
