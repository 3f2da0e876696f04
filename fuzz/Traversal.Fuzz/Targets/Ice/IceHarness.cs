using System.Buffers.Binary;
using System.Text;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>
/// Tells an agent a story, and holds it against what a bystander knows: there is a way for data only where an answer under the password has come from within
/// 30 seconds, what is sent is bounded, and nothing wants attention without end.
/// </summary>
internal sealed class IceHarness
{
    private const int MaxTransmitsAtOnce = 200, MaxDeadlines = 100_000, Remembered = 16;

    private static readonly TransportAddress Base = TransportAddress.FromIPv4(0xC000_0201, 5000);
    private static readonly TimeSpan Consent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan[] Units = [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)];

    private readonly IceAgent _agent;
    private readonly IceAgentOptions _options;
    private readonly byte[] _transmit = new byte[IceAgent.MaxTransmitLength];
    private readonly List<(IceTransmit Transmit, TransactionId Id, string Password)> _checks = [];
    private readonly Dictionary<(TransportAddress Local, TransportAddress Remote), MonotonicTime> _heard = [];
    private readonly bool _peerIsLite, _peerRenominates;
    private MonotonicTime _now = MonotonicTime.Zero + TimeSpan.FromHours(1);
    private IceParameters _peer;
    private ulong _ids;
    private int _generation;

    public IceHarness(byte configuration)
    {
        _options = new IceAgentOptions
        {
            Role = (IceRole)(configuration & 1),
            IsLite = (configuration & 2) != 0,
            Renomination = (configuration & 8) != 0,
            MaxPairs = (configuration & 32) != 0 ? 4 : 100,
        };
        _peerIsLite = (configuration & 4) != 0;
        _peerRenominates = (configuration & 16) != 0;
        _peer = NextPeer();
        _agent = new IceAgent(_options, new CheckPacer(), RandomSource.Seeded(configuration));
        _agent.AddLocalCandidate(IceLocalCandidate.Host(in Base), _now);
    }

    private bool BothAreLite => _options.IsLite && _peerIsLite;

    public void Tell(in IceScriptEvent next)
    {
        switch (next.Kind)
        {
            case IceStoryKind.Time: Pass(Units[next.Flags & 3] * next.Who); break;
            case IceStoryKind.Bytes: Arrive(Base, AddressOf(next.Who), next.Payload); break;
            case IceStoryKind.Check: Check(in next); break;
            case IceStoryKind.Answer: Answer(in next); break;
            case IceStoryKind.Candidate: Signal(in next); break;
            case IceStoryKind.Local: Change(in next); break;
            case IceStoryKind.Parameters: Exchange(in next); break;
            default: Exchange(next.Payload, AddressOf(next.Who)); break;
        }

        Settle();
    }

    /// <summary>Whatever has happened, a restart meets a new peer.</summary>
    public void End()
    {
        if (_options.IsLite || _peerIsLite) return;

        TransportAddress home = Base.WithPort(5999), peer = TransportAddress.FromIPv4(0xC633_6401, 6999);
        foreach (IceCandidate local in _agent.LocalCandidates) _agent.RemoveLocalCandidate(local.RelatedAddress.IsNone ? local.Address : local.RelatedAddress, _now);
        _agent.Restart(_now);
        Invariant.Holds(_agent.AddLocalCandidate(IceLocalCandidate.Host(in home), _now) is not null, "There is room for a candidate.");
        _peer = NextPeer();
        Invariant.Holds(_agent.SetRemoteParameters(_peer, _now), "Parameters are taken.");
        _agent.AddRemoteCandidate(new IceCandidate { Foundation = "1", Priority = int.MaxValue, Address = peer, Kind = IceCandidateKind.Host }, _now);
        _checks.Clear();
        Settle();
        Pass(TimeSpan.FromSeconds(5));
        int sent = _checks.FindLastIndex(check => check.Transmit.Remote == peer);
        Invariant.Holds(sent >= 0, "A new peer is checked.");
        Answer(new IceScriptEvent(IceStoryKind.Answer, (byte)(_checks.Count - 1 - sent), 1, []));
        Settle();
        Invariant.Holds(_agent.Route is { } route && route.Remote == peer, "A new peer is reached.");
    }

    private static TransportAddress AddressOf(int who) => TransportAddress.FromIPv4(0xC633_6402 + (uint)(who & 7), (ushort)(6000 + (who >> 3)));

    private IceParameters NextPeer() => new()
    {
        Ufrag = $"peer{_generation++}",
        Password = "passwordpasswordpassword",
        IsLite = _peerIsLite,
        SupportsRenomination = _peerRenominates,
        Pacing = TimeSpan.FromMilliseconds(5),
    };

    private void Check(in IceScriptEvent next)
    {
        byte[] bytes = new byte[700];
        var writer = new StunMessageWriter(bytes, StunClass.Request, StunMethod.Binding, NextId());
        writer.Add(StunAttributeType.Username, Encoding.ASCII.GetBytes($"{_agent.LocalParameters.Ufrag}:{(next.Has(5) ? "x" : _peer.Ufrag)}"));
        writer.AddUInt32(StunAttributeType.Priority, 1_853_817_087u - next.Who);
        bool controls = (_agent.Role == IceRole.Controlled) != next.Has(3);
        writer.AddUInt64(controls ? StunAttributeType.IceControlling : StunAttributeType.IceControlled, next.Has(4) ? ulong.MaxValue : 0);
        if (next.Has(1)) writer.AddEmpty(StunAttributeType.UseCandidate);
        if (next.Has(2)) writer.AddNomination(next.Who);
        WriteAttributes(ref writer, next.Payload);
        TransportAddress local = next.Has(6) ? Base.WithPort(5001) : Base, source = AddressOf(next.Who);
        bool mayHear = Arrive(local, source, Sign(ref writer, bytes, next.Has(0) ? _agent.LocalParameters.Password : "another")) == IceArrival.Handled;
        Invariant.Holds(!mayHear || next.Has(0), "No check is taken without the password.");
        if (mayHear && _options.IsLite) _heard[(local, source)] = _now;
    }

    private void Answer(in IceScriptEvent next)
    {
        if (next.Who >= _checks.Count) return;

        (IceTransmit transmit, TransactionId id, string password) = _checks[_checks.Count - 1 - next.Who];
        byte[] bytes = new byte[700];
        bool isError = next.Has(2) && next.Payload.Length >= 2;
        var writer = new StunMessageWriter(bytes, isError ? StunClass.ErrorResponse : StunClass.SuccessResponse, StunMethod.Binding, in id);
        TransportAddress mapped = next.Has(3) ? AddressOf(next.Who + 1) : transmit.Local;
        if (isError)
            writer.AddErrorCode((StunErrorCode)(300 + next.Payload[0] % 4 * 100 + next.Payload[1] % 100));
        else
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in mapped);
        WriteAttributes(ref writer, isError ? next.Payload[2..] : next.Payload);
        TransportAddress source = next.Has(1) ? AddressOf(255) : transmit.Remote;
        if (next.Has(0) && !isError && source == transmit.Remote) _heard[(transmit.Local, transmit.Remote)] = _now;
        IceArrival arrival = Arrive(transmit.Local, source, Sign(ref writer, bytes, next.Has(0) ? password : "another"));
        Invariant.Holds(arrival != IceArrival.Handled || next.Has(0), "No answer is taken without the password.");
    }

    private void Signal(in IceScriptEvent next)
    {
        IceCandidate? candidate = new() { Foundation = $"{next.Flags}", Priority = 1000u + next.Who, Address = AddressOf(next.Who), Kind = (IceCandidateKind)(next.Flags & 3) };
        if (!next.Payload.IsEmpty && !IceCandidate.TryParse(Encoding.Latin1.GetString(next.Payload), out candidate)) return;
        _agent.AddRemoteCandidate(candidate!, _now);
    }

    private void Change(in IceScriptEvent next)
    {
        TransportAddress local = Base.WithPort((ushort)(5000 + (next.Who & 31)));
        if (next.Has(0)) _agent.AddLocalCandidate(IceLocalCandidate.Host(in local), _now);
        if (next.Has(1)) _agent.RemoveLocalCandidate(in local, _now);
        if (next.Has(2)) _agent.EndLocalCandidates(_now);
        if (next.Has(3)) _agent.EndRemoteCandidates(_now);
        if (next.Has(4)) _agent.AddLocalCandidate(IceLocalCandidate.ServerReflexive(AddressOf(next.Who).WithPort(7), in local), _now);
    }

    private void Exchange(in IceScriptEvent next)
    {
        if (next.Has(1)) _agent.Restart(_now);
        if (next.Has(0)) _peer = NextPeer();
        _agent.SetRemoteParameters(_peer, _now);
    }

    private void Exchange(ReadOnlySpan<byte> data, TransportAddress source)
    {
        Invariant.Holds(_agent.TryRoute(data.Length, out IceRoute route) == _agent.Route is not null, "There is a way where there is a route.");
        Arrive(Base, source, [0x80, .. data]);
    }

    private IceArrival Arrive(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> bytes) =>
        _agent.OnPacket(in local, in source, bytes, _now);

    private void Pass(TimeSpan span)
    {
        MonotonicTime end = _now + span;
        int deadlines = 0;
        Settle();
        while (_agent.NextDeadline <= end)
        {
            Invariant.Holds(++deadlines < MaxDeadlines, "There is an end to deadlines.");
            if (_agent.NextDeadline > _now) _now = _agent.NextDeadline;
            _agent.OnTime(_now);
            Settle();
            Invariant.Holds(_agent.NextDeadline > _now, "What is done is not due.");
        }

        _now = end;
    }

    // Takes all that there is, and looks whether it may be.
    private void Settle()
    {
        int taken = 0;
        while (_agent.TryTakeTransmit(_transmit, _now, out IceTransmit transmit))
        {
            Invariant.Holds(++taken < MaxTransmitsAtOnce, "There is an end to what is sent at once.");
            bool isMessage = StunMessage.TryParse(_transmit.AsSpan(0, transmit.Length), out StunMessage message) == StunParseStatus.Ok;
            Invariant.Holds(isMessage && message.IsFingerprintValid(), "What is sent is a message with a fingerprint.");
            if (message.Class == StunClass.Request) Remember(in transmit, message.TransactionId);
            Invariant.Holds(message.Class != StunClass.Request || !_options.IsLite, "A lite agent sends no checks.");
        }

        while (_agent.TryTakeEvent(out _)) taken++;
        Invariant.Holds(_agent.GetPairs().Count <= _options.MaxPairs + 1, "The pairs are bounded.");
        if (_agent.NextDeadline <= _now) _agent.OnTime(_now);
        if (_agent.Route is not { } route || BothAreLite) return;

        Invariant.Holds(_heard.TryGetValue((route.Local, route.Remote), out MonotonicTime at) && _now - at < Consent, "Data goes where an answer came from.");
    }

    private void Remember(in IceTransmit transmit, TransactionId id)
    {
        if (_checks.Count == Remembered * 8) _checks.RemoveAt(0);
        _checks.Add((transmit, id, _peer.Password));
    }

    private TransactionId NextId()
    {
        Span<byte> bytes = stackalloc byte[TransactionId.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ++_ids);
        return TransactionId.Read(bytes);
    }

    private static void WriteAttributes(ref StunMessageWriter writer, ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= 2) writer.Add((StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(payload), payload[2..]);
    }

    private static byte[] Sign(ref StunMessageWriter writer, byte[] bytes, string password) =>
        bytes[..writer.Finish(IntegrityKey.ShortTerm(password), StunIntegrity.Sha1, fingerprint: true)];
}
