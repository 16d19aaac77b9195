import Glibc

/// The age of this process.
enum ProcessClock {
    /// Milliseconds since the operating system started the process, which it notes in steps of 10.
    static func millisecondsSinceStart() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        let uptime = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
        guard let start = startTicks() else { return 0 }
        return max(0, uptime - start * 1000 / sysconf(CInt(_SC_CLK_TCK)))
    }

    /// Field 22 of /proc/self/stat (proc(5)): ticks from the start of the system to that of the process.
    private static func startTicks() -> Int? {
        guard let file = fopen("/proc/self/stat", "re") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 1024)
        guard fgets(&buffer, CInt(buffer.count), file) != nil else { return nil }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        // The name of the program, field 2, may hold blanks; it ends with the last parenthesis.
        guard let nameEnd = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
