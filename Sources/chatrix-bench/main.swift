if CommandLine.arguments.dropFirst().first == "hello" {
    try HelloServer.run(port: CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 0 : 0)
}

for row in CoreBenchmark.run() {
    print(row.name, row.count, Int(row.nanosecondsPerOperation), "ns", row.ratio)
}
