using System.Text;
using Traversal.Primitives;
using Traversal.Server.Rings;
using Traversal.Transport;
using Traversal.Transport.Proxies;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>From options to open sockets.</summary>
public sealed partial class TurnServer
{
    private const ushort NameServerPort = 53;

    private void Open()
    {
        CheckOptions();
        Dictionary<int, int> pairs = FindDiscoveryPairs();
        _options.Relay.PeerPolicy = CreatePolicy(_options.AllowPeers, _options.DenyPeers);

        int workers = _options.Workers == 0 ? Environment.ProcessorCount : _options.Workers;
        CredentialSnapshot credentials = CreateCredentials();
        TrustedProxies? proxies = _proxies = CreateProxies();
        DatagramEngine[] engines = OpenEngines(workers);
        RelayGroup group = CreateGroup(engines);
        _group = group;
        var rings = new HandOverRings([.. engines.Select(engine => (Action)engine.Wake)]);
        var shards = new Shard[workers];
        var machines = new RelayMachine[workers];
        for (int number = 0; number < workers; number++)
        {
            machines[number] = new RelayMachine(group, number, credentials, RandomSource.System);
            shards[number] = new Shard(number, engines[number], machines[number], rings, _links, _options, proxies, _time, _logger, () => _failed.TrySetResult());
        }

        _shards = shards;
        foreach (Shard shard in shards) shard.Shards = shards;
        if (_options.Relay.TcpRelay) _links.Start(_time);
        foreach (RelayHostAddress host in _options.Relay.RelayAddresses) RequireRelayAddress(host.Local, engines[0]);
        // Whoever needs it, a mistake in it is heard now and not at the first handshake.
        if (_options.CertificateFile is not null) OpenCertificate();
        OpenListeners(engines, machines, group, pairs);
        if (_options.AcceptsWebSockets) WebSockets = CreateGate(group);
    }

    private void OpenListeners(DatagramEngine[] engines, RelayMachine[] machines, RelayGroup group, Dictionary<int, int> pairs)
    {
        var open = new List<OpenListener>();
        foreach (ListenEndpoint configured in _options.Listeners)
        {
            // A pair has one port; where any will do it is what the first one got.
            ListenEndpoint endpoint = pairs.TryGetValue(open.Count, out int first) ? configured.WithPort(open[first].Endpoint.Address.Port) : configured;
            open.Add(endpoint.Transport == ListenTransport.Udp
                ? OpenDatagrams(endpoint, engines, machines, group)
                : new OpenListener(OpenStreams(endpoint, machines, group), []));
        }

        Endpoints = [.. open.Select(listener => listener.Endpoint)];
        foreach ((int second, int first) in pairs)
            OpenDiscovery(open[first], open[second], _options.Listeners[first].Address.Port, engines, machines, group);
    }

    private void CheckOptions()
    {
        if (_options.Listeners.Count == 0 && !_options.AcceptsWebSockets) throw new TurnServerOptionsException("Listeners", "at least one is needed");
        if (_options.Users.Count == 0 && _options.AuthSecrets.Count == 0 && _options.TokenKeys.Count == 0)
            throw new TurnServerOptionsException("Users", "a user, an authentication secret or a token key is needed");
        if (_options.KeyFile is not null && _options.CertificateFile is null)
            throw new TurnServerOptionsException("KeyFile", "a certificate is needed with it");
        if (_options.Workers is < 0 or > 256) throw new TurnServerOptionsException("Workers", "0 to 256 are possible");
        if (_options.Relay.FindProblem() is { } problem) throw new TurnServerOptionsException("Relay", problem);
    }

    private PeerPolicy CreatePolicy(IEnumerable<string> allow, IEnumerable<string> deny) => PeerPolicy.Create(
        [.. ReadRules(allow, allow: true, "AllowPeers"), .. ReadRules(deny, allow: false, "DenyPeers")],
        [.. _options.TranslationPrefixes.Select(text => TranslationPrefix.TryParse(text, out TranslationPrefix? prefix)
            ? prefix!
            : throw new TurnServerOptionsException("TranslationPrefixes", $"'{text}' is not a prefix of 32, 40, 48, 56, 64 or 96 bits"))]);

    private static IEnumerable<PeerRule> ReadRules(IEnumerable<string> rules, bool allow, string option) => rules.Select(text =>
        PeerRule.TryParse(text, allow, out PeerRule? rule) ? rule! : throw new TurnServerOptionsException(option, $"'{text}' is not a network"));

    private DatagramEngine[] OpenEngines(int workers)
    {
        var engines = new DatagramEngine[workers];
        try
        {
            for (int number = 0; number < workers; number++) engines[number] = DatagramEngine.Create(_options.Engine, new DatagramEngineOptions { ReceiveIPHeaders = _options.CopyIPHeaders });
            EngineChoice = engines[0].Choice;
            if (workers > 1 && !engines[0].Capabilities.HasFlag(EngineCapabilities.SharedListeners))
                throw new TurnServerOptionsException("Workers", "this system can't share a listener between workers; use 1");
            if (_options.CopyIPHeaders && !engines[0].Capabilities.HasFlag(EngineCapabilities.IPHeaders))
                throw new TurnServerOptionsException(nameof(_options.CopyIPHeaders), "the portable engine, which is in use here, can't; leave it out");
            return engines;
        }
        catch
        {
            foreach (DatagramEngine? engine in engines) engine?.Dispose();
            throw;
        }
    }

    // Found out here: later it would only be the clients who learn it, each of whose allocations is refused.
    private static void RequireRelayAddress(in TransportAddress local, DatagramEngine engine)
    {
        if (!engine.TryOpen(local.WithPort(0), SocketRole.Relay, out SocketId socket, out _, out OpenFailure failure))
            throw new ListenException($"relay address {local.ToIPAddress()}: {Describe(failure)}");
        engine.Close(socket);
    }

    private CredentialSnapshot CreateCredentials()
    {
        try
        {
            return CredentialSnapshot.Create(
                _options.Relay.Realm,
                _options.Users.Select(user => new UserCredential(user.Key, user.Value)),
                _options.AuthSecrets.Select(secret => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(secret)),
                _options.TokenKeys.Select(CreateTokenKey),
                _options.TokenServerName);
        }
        catch (ArgumentException mistake)
        {
            throw mistake.ParamName switch
            {
                "realm" => new TurnServerOptionsException("Realm", "it is empty or has characters that are not allowed"),
                "serverName" => new TurnServerOptionsException(
                    nameof(_options.TokenServerName), "it and the realm have at most 40 bytes together, each rounded up to a multiple of 4, and no control characters"),
                _ => new TurnServerOptionsException("Users", "it is empty or has characters that are not allowed"),
            };
        }
    }

    private static TokenKey CreateTokenKey(KeyValuePair<string, byte[]> key)
    {
        try
        {
            return new TokenKey(key.Key, key.Value);
        }
        catch (ArgumentException)
        {
            throw new TurnServerOptionsException(
                nameof(TurnServerOptions.TokenKeys), "an identifier has 1 to 508 bytes and no control characters, a key 16 or 32 bytes");
        }
    }

    private RelayGroup CreateGroup(DatagramEngine[] engines)
    {
        _options.Relay.SupportsDontFragment = engines[0].Capabilities.HasFlag(EngineCapabilities.DontFragment);
        try
        {
            var group = new RelayGroup(_options.Relay, RandomSource.System, _reservedPorts);
            foreach (TransportAddress endpoint in _options.ProtectedEndpoints) group.AddOwnEndpoint(in endpoint);
            CloseMachine(group);
            return group;
        }
        catch (ArgumentException mistake)
        {
            foreach (DatagramEngine engine in engines) engine.Dispose();
            throw new TurnServerOptionsException(mistake.ParamName ?? "Relay", mistake.Message);
        }
    }

    // What runs on this machine, and the name servers that trust it, are nobody's peers unless a rule names them.
    private static void CloseMachine(RelayGroup group)
    {
        foreach (IPFamily family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            foreach (TransportAddress own in LocalAddresses.Find(family)) group.AddOwnEndpoint(in own);
        }

        foreach (TransportAddress server in LocalAddresses.FindNameServers()) group.AddOwnEndpoint(server.WithPort(NameServerPort));
    }

    private static OpenListener OpenDatagrams(in ListenEndpoint endpoint, DatagramEngine[] engines, RelayMachine[] machines, RelayGroup group)
    {
        TransportAddress local = endpoint.Address;
        var sockets = new SocketId[engines.Length];
        for (int number = 0; number < engines.Length; number++)
        {
            SocketRole role = number == 0 ? SocketRole.Listener : SocketRole.ListenerShare;
            if (!engines[number].TryOpen(in local, role, out SocketId socket, out TransportAddress bound, out OpenFailure failure))
                throw new ListenException($"{endpoint}: {Describe(failure)}");

            // The first share decides which port it is; the others join it.
            local = bound;
            sockets[number] = socket;
            machines[number].AddListener(socket, in bound, ListenerKind.Datagram, ReachableAddress(in bound));
        }

        CloseToPeers(group, in local);
        return new OpenListener(endpoint with { Address = local }, sockets);
    }

    // A listener on a wildcard address is one on every address that the machine has, not only on the one that it relays on.
    private static void CloseToPeers(RelayGroup group, in TransportAddress listener)
    {
        if (!listener.IsUnspecified) return;

        foreach (TransportAddress own in LocalAddresses.Find(listener.Family)) group.AddOwnEndpoint(own.WithPort(listener.Port));
    }

    private static string Describe(OpenFailure failure) => failure switch
    {
        OpenFailure.AddressInUse => "the port is in use",
        OpenFailure.AddressNotAvailable => "this machine does not have that address",
        OpenFailure.Denied => "the system does not permit it (ports below 1024 need a privilege)",
        OpenFailure.OutOfDescriptors => "no file descriptors are left",
        OpenFailure.NotSupported => "this system can't open such a socket",
        _ => "it can't be opened",
    };
}
