using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>An entry of a pair's timeline.</summary>
/// <param name="Step">What happened.</param>
/// <param name="First">When.</param>
/// <param name="Last">When it happened last, if it did so again with little in between.</param>
/// <param name="Count">How often.</param>
public readonly record struct IcePairMoment(IcePairStep Step, MonotonicTime First, MonotonicTime Last, int Count);
