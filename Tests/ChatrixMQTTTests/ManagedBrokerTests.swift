import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct ManagedBrokerTests {
        @Test func brokerListensOnAFreePortOfLoopbackInAPrivateFolder() throws {
            let broker = try ManagedBroker.start()
            defer { broker.stop() }
            #expect((1024...65_535).contains(broker.port))
            #expect(broker.endpoint.url == "mqtt://127.0.0.1:\(broker.port)")
            #expect(LoopbackPort.accepts(broker.port))
            #expect(throws: ManagedBrokerError.portTaken(port: broker.port)) { try LoopbackPort.checkFree(broker.port) }
            var information = stat()
            #expect(stat(broker.folder, &information) == 0)
            #expect(information.st_mode & 0o777 == 0o700)
        }

        @Test func stopLeavesNoProcessThreadDescriptorOrFolder() throws {
            let broker = try ManagedBroker.start()
            let processID = try #require(broker.processID)
            let children = childProcesses()
            #expect(children.contains(processID))
            broker.stop()
            broker.stop()
            #expect(!isRunning(processID))
            #expect(!childProcesses().contains(processID))
            #expect(access(broker.folder, F_OK) != 0)
            #expect(!LoopbackPort.accepts(broker.port))
            #expect(broker.processID == nil)
            #expect(throws: ManagedBrokerError.stopped) { try broker.restart() }
            try waitUntil("the end of threads and children") {
                childProcesses().isEmpty && threadNames().allSatisfy { $0 != "broker-monitor" && $0 != "mqtt-reactor" }
            }
        }

        @Test func missingProgramNamesThePackage() throws {
            let error = try #require(throws: ManagedBrokerError.self) {
                try ManagedBroker.start(.init(program: "/no/such/mosquitto"))
            }
            #expect(error == .notInstalled(searched: ["/no/such/mosquitto"]))
            #expect("\(error)".contains("install the Debian package \"mosquitto\""))
            #expect(!"\(error)".contains("\n"))
        }

        @Test func takenPortIsNamed() throws {
            let server = try SilentServer()
            let error = try #require(throws: ManagedBrokerError.self) {
                try ManagedBroker.start(.init(port: server.port))
            }
            #expect(error == .portTaken(port: server.port))
            #expect("\(error)".contains("\(server.port)"))
        }

        @Test func failedStartTellsWhatTheBrokerSaidAndLeavesNothing() throws {
            let before = brokerFolders()
            let error = try #require(throws: ManagedBrokerError.self) {
                try ManagedBroker.start(.init(extraLines: ["no_such_option true"]))
            }
            guard case .ended(_, let output) = error else {
                Issue.record("got \(error)")
                return
            }
            #expect(output.contains { $0.contains("no_such_option") })
            #expect("\(error)".contains("no_such_option"))
            #expect(brokerFolders() == before)
        }

        @Test func programThatNeverListensIsGivenUp() throws {
            let folder = try TemporaryFolder()
            try folder.write("#!/bin/sh\necho dozing >&2\nexec sleep 60\n", to: "mosquitto")
            try folder.run("chmod", ["+x", "mosquitto"])
            let error = try #require(throws: ManagedBrokerError.self) {
                try ManagedBroker.start(.init(program: "\(folder.path)/mosquitto", startDeadline: .milliseconds(300)))
            }
            guard case .notReady(_, _, let output) = error else {
                Issue.record("got \(error)")
                return
            }
            #expect(output == ["dozing"])
        }

        @Test func programThatIgnoresSIGTERMIsKilled() throws {
            let broker = try ManagedBroker.start(.init(stopDeadline: .milliseconds(200)))
            let processID = try #require(broker.processID)
            // A stopped process takes no SIGTERM.
            kill(processID, SIGSTOP)
            broker.stop()
            #expect(!isRunning(processID))
        }

        @Test func logLinesAndUnexpectedEndAreReported() throws {
            let lines = Monitor<[String]>([])
            let ends = Monitor<[BrokerTermination]>([])
            let broker = try ManagedBroker.start(
                log: { line in lines.update { $0.append(line) } }, onExit: { end in ends.update { $0.append(end) } })
            defer { broker.stop() }
            #expect(lines.wait(until: .after(.seconds(10))) { $0.contains { $0.contains("running") } })
            let first = try #require(broker.processID)
            kill(first, SIGSEGV)
            #expect(ends.wait(until: .after(.seconds(10))) { $0 == [.signalled(Int(SIGSEGV))] })
            #expect(broker.processID == nil)
            try broker.restart()
            #expect(LoopbackPort.accepts(broker.port))
            #expect(broker.processID != first)
            try broker.restart()
            #expect(LoopbackPort.accepts(broker.port))
            broker.stop()
            #expect(ends.read { $0.count } == 1)
        }

        @Test func brokerEndsWhenItsParentIsKilled() async throws {
            let result = try await #require(
                processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
            ) {
                let broker = try ManagedBroker.start()
                print("broker \(broker.processID ?? 0) \(broker.folder)")
                fflush(nil)
                kill(getpid(), SIGKILL)
            }
            let output = String(decoding: result.standardOutputContent, as: UTF8.self)
            let words = try #require(output.split(separator: "\n").first { $0.hasPrefix("broker ") }).split(
                separator: " ")
            let processID = try #require(Int32(words[1]))
            #expect(processID > 0)
            try waitUntil("the end of the orphaned broker \(processID)") { !isRunning(processID) }
            try waitUntil("the removal of its folder \(words[2])") { access(String(words[2]), F_OK) != 0 }
        }

        private func brokerFolders() -> [String] {
            names(in: "/tmp").filter { $0.hasPrefix("chatrix-broker-") }.sorted()
        }

        private func threadNames() -> [String] {
            names(in: "/proc/self/task").compactMap { firstLine(of: "/proc/self/task/\($0)/comm") }
        }

        /// Children of this process that belong to a broker: mosquitto itself and its guard.
        private func childProcesses() -> [Int32] {
            names(in: "/proc/self/task").flatMap { thread in
                (firstLine(of: "/proc/self/task/\(thread)/children") ?? "").split(separator: " ").compactMap {
                    Int32($0)
                }
            }
        }
    }
}
