import Glibc

/// The kernel's account of a process: what it used so far. One reading of /proc/PID/stat (proc(5)).
package struct ProcessAccount: Sendable, Hashable {
    /// User and system time.
    package var processorSeconds: Double
    package var residentBytes: Int
    /// Since the start of the system to that of the process, in steps of 10.
    package var startMilliseconds: Int

    /// `pid`: a process of this machine, or `nil` for this one. `nil` if the kernel does not tell.
    package init?(of pid: Int32? = nil) {
        guard let file = fopen("/proc/\(pid.map(String.init) ?? "self")/stat", "re") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 2048)
        guard fgets(&buffer, CInt(buffer.count), file) != nil else { return nil }
        self.init(line: String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    init?(line: String) {
        // The name of the program, field 2, may hold blanks and parentheses; it ends with the last one.
        guard let nameEnd = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: nameEnd)...].split(whereSeparator: \.isWhitespace)
        func field(_ number: Int) -> Int? { number - 3 < fields.count ? Int(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let pages = field(24) else {
            return nil
        }
        let ticksPerSecond = sysconf(CInt(_SC_CLK_TCK))
        processorSeconds = Double(user + system) / Double(ticksPerSecond)
        startMilliseconds = start * 1000 / ticksPerSecond
        residentBytes = pages * sysconf(CInt(_SC_PAGESIZE))
    }
}
