for row in CoreBenchmark.run() {
    print(row.name, row.count, Int(row.nanosecondsPerOperation), "ns", row.ratio)
}
