namespace Traversal.Ice;

/// <summary>What has happened to an agent.</summary>
public enum IceEventKind : byte
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary><see cref="IceAgent.State"/> has changed.</summary>
    StateChanged,

    /// <summary><see cref="IceAgent.Route"/> has changed, or is gone.</summary>
    RouteChanged,

    /// <summary>A role conflict has been settled: <see cref="IceAgent.Role"/> has changed.</summary>
    RoleChanged,

    /// <summary>A restart has led to nothing, and the old path goes on.</summary>
    RestartFailed,
}
