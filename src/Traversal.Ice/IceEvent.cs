namespace Traversal.Ice;

/// <summary>Something that has happened to an agent.</summary>
/// <param name="Kind">What.</param>
/// <param name="State">How far the agent was then.</param>
public readonly record struct IceEvent(IceEventKind Kind, IceAgentState State);
