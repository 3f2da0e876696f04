using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Simulation.Runs;

/// <summary>One of the two of <see cref="DirectPath"/>: it asks at every address that it has heard of, and answers who asks.</summary>
internal sealed class Prober
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.88.0.1:3478");

    private const ushort Port = 5000;
    private const byte Question = 0x80, Answer = 0x81;
    private const int MostKnown = 64;

    private readonly VirtualNetwork _network;
    private readonly Host _host;
    private readonly byte _number;
    private readonly List<TransportAddress> _bases = [];
    private readonly List<TransportAddress> _asked = [];

    // Where questions of the other came from.
    private readonly List<TransportAddress> _seen = [];

    public Prober(VirtualNetwork network, Surroundings surroundings, Place place, Site site, byte number)
    {
        _network = network;
        _number = number;
        _host = new Host(network);
        foreach (TransportAddress address in surroundings.Settle(_host, place, site, new Link()))
        {
            TransportAddress local = address.WithPort(Port);
            _host.Open(in local, OnPacket);
            _bases.Add(local);
            Known.Add(local);
            if (local.IsIPv4) AskServer(local);
        }

        network.Run(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>What the other is told: its addresses, and what the server sees.</summary>
    public List<TransportAddress> Known { get; } = [];

    /// <summary>Whether a question was answered from where it was sent to.</summary>
    public bool IsAnswered { get; private set; }

    public void Probe(IEnumerable<TransportAddress> told)
    {
        foreach (TransportAddress remote in told.Concat(_seen).Distinct().ToArray())
        {
            int index = _asked.IndexOf(remote);
            if (index < 0)
            {
                index = _asked.Count;
                _asked.Add(remote);
            }

            foreach (TransportAddress local in _bases.Where(local => local.Family == remote.Family)) _host.Send(in local, in remote, [Question, _number, (byte)index]);
        }
    }

    private void AskServer(TransportAddress local)
    {
        Span<byte> request = stackalloc byte[StunMessage.HeaderLength];
        TransactionId id = TransactionId.Create(_network.Random);
        new StunMessageWriter(request, StunClass.Request, StunMethod.Binding, in id).Finish();
        _host.Send(in local, in Server, request);
    }

    private void OnPacket(Packet packet)
    {
        if (StunMessage.TryParse(packet.Bytes, out StunMessage message) == StunParseStatus.Ok)
        {
            if (message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped) && !Known.Contains(mapped)) Known.Add(mapped);
        }
        else if (packet.Bytes[0] == Question && packet.Bytes[1] != _number)
        {
            if (!_seen.Contains(packet.Source) && _seen.Count < MostKnown) _seen.Add(packet.Source);
            _host.Send(packet.Destination, packet.Source, [Answer, packet.Bytes[1], packet.Bytes[2]]);
        }
        else if (packet.Bytes[0] == Answer && packet.Bytes[1] == _number && packet.Source == _asked[packet.Bytes[2]])
        {
            IsAnswered = true;
        }
    }
}
