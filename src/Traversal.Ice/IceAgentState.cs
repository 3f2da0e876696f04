namespace Traversal.Ice;

/// <summary>How far an agent is.</summary>
public enum IceAgentState : byte
{
    /// <summary>It does not know yet whom to reach; checks of the peer are answered.</summary>
    New = 0,

    /// <summary>Checks are under way.</summary>
    Checking,

    /// <summary>Data flows; a better path may still be found.</summary>
    Connected,

    /// <summary>Data flows on the nominated pair, and nothing is being checked.</summary>
    Completed,

    /// <summary>The peer has not answered for a while. It may come back.</summary>
    Disconnected,

    /// <summary>There is no path; see <see cref="IceAgent.Failure"/>. A restart begins anew.</summary>
    Failed,
}
