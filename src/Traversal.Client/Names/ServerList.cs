namespace Traversal.Client;

/// <summary>The ways to a server, in the order to try them.</summary>
/// <param name="Status">Whether there are any.</param>
/// <param name="Endpoints">The ways; empty unless <see cref="ResolveStatus.Resolved"/>.</param>
public sealed record ServerList(ResolveStatus Status, IReadOnlyList<ServerEndpoint> Endpoints)
{
    internal ServerList(ResolveStatus failure)
        : this(failure, [])
    {
    }
}
