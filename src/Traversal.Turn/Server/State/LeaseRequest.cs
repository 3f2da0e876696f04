using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Who asks for a port, and for which.</summary>
internal ref struct LeaseRequest
{
    public byte[] Account;
    public TransportAddress Client;
    public bool IsExempt;
    public IPFamily Family;

    /// <summary>The server's address that the client reached.</summary>
    public TransportAddress Reached;

    public PortChoice Choice;

    /// <summary>For <see cref="PortChoice.Reserved"/>.</summary>
    public ulong Token;
}
