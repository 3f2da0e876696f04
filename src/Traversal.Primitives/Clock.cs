namespace Traversal.Primitives;

/// <summary>One reading of both clocks, taken once per batch and passed down.</summary>
/// <param name="Now">The moment by which timers and lifetimes are counted.</param>
/// <param name="Utc">The wall clock, for what other machines must agree on: nonces and time-limited credentials.</param>
public readonly record struct Clock(MonotonicTime Now, DateTimeOffset Utc);
