import Testing

/// Tests with real brokers, one at a time, so that each may look at the threads and children of the process.
@Suite(.serialized) struct RealParts {}
