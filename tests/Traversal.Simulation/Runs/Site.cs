using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>A place in a network: its gateways, and the realm of its hosts.</summary>
internal sealed class Site(Place place, IReadOnlyList<Gateway> gateways, Realm inside)
{
    private const uint FirstHost = 2;

    private uint _hosts;

    public Place Place => place;

    /// <summary>The outermost first.</summary>
    public IReadOnlyList<Gateway> Gateways => gateways;

    public Realm Inside => inside;

    /// <summary>A private address for another host.</summary>
    public TransportAddress NextAddress() => TransportAddress.FromIPv4(0x0A_00_00_00u + ((uint)place.Subnet << 8) + FirstHost + _hosts++, 0);
}
