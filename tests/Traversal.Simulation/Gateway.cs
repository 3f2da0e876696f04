using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>What stands between a realm and the one around it. It takes no time.</summary>
public abstract class Gateway
{
    private protected Gateway(VirtualNetwork network, Realm? outside)
    {
        Network = network;
        Outside = outside ?? network.Internet;
        Inside = new Realm(network, this);
    }

    /// <summary>The realm behind it.</summary>
    public Realm Inside { get; }

    /// <summary>The realm in front of it.</summary>
    public Realm Outside { get; }

    private protected VirtualNetwork Network { get; }

    internal abstract void OnOutbound(Packet packet);

    /// <summary>Somebody inside has an address.</summary>
    internal virtual void OnAttached(in TransportAddress address)
    {
    }

    /// <summary>Somebody inside has left.</summary>
    internal virtual void OnDetached(in TransportAddress address)
    {
    }
}
