import ChatrixMQTT
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

    /// The number that the operating system knows it by.
    var identifier: Int32 { process.processIdentifier }

    /// Has the server finish and waits for its end; returns what it used.
    func stop() -> ProcessAccount? {
        let last = ProcessAccount(of: identifier)
        process.terminate()
        let killer = DispatchWorkItem { [identifier] in kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + ReferenceProcess.stopSecondsMax, execute: killer)
        process.waitUntilExit()
        killer.cancel()
        return last
    }

    /// A server that has not ended by then is ended by force.
    private static let stopSecondsMax = 20.0
}
