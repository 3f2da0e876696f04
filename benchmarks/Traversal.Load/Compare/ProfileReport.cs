namespace Traversal.Load.Compare;

/// <summary>What all servers did under one profile.</summary>
internal sealed record ProfileReport(string Profile, IReadOnlyList<ServerRuns> Servers);
