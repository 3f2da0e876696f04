using System.CommandLine;
using System.Net;
using Traversal.Load.Engine;
using Traversal.Primitives;

namespace Traversal.Load.Command;

/// <summary>The arguments that a single run and a comparison share.</summary>
internal sealed class CommonArguments
{
    private readonly Option<string> _user = new("--user") { Description = "User name.", DefaultValueFactory = _ => "user" };
    private readonly Option<string> _password = new("--password", "--pass") { Description = "Password.", DefaultValueFactory = _ => "pass" };
    private readonly Option<ClientTransport> _transport = new("--transport") { Description = "What clients speak to the server." };
    private readonly Option<DataPath> _path = new("--path") { Description = "ChannelData, or Send and Data indications." };
    private readonly Option<PeerArrangement> _peers = new("--peers")
    {
        Description = "A peer socket for each client, one for all, or (relayed) another client's relay address: clients 0 and 1 exchange, 2 and 3 ...",
    };
    private readonly Option<TransportAddress> _peerAddress = Addresses.Option("--peer-address", "The address of the peers.", "127.0.0.1");
    private readonly Option<TransportAddress[]> _clientAddresses = Addresses.ListOption("--client-address", "Addresses that clients are bound to in turn.");
    private readonly Option<double> _duration = Seconds("--duration", "How long to measure, in seconds.", 5);
    private readonly Option<double> _ramp = Seconds("--ramp", "Load that grows from nothing before the measurement, in seconds.", 0);
    private readonly Option<double> _warmUp = Seconds("--warm-up", "Full load before the measurement, in seconds.", 0.5);
    private readonly Option<double> _drain = Seconds("--drain", "How long to wait for the last packets, in seconds.", 0.3);
    private readonly Option<int> _window = Numbers.Option("--window", "Packets on their way in each direction, when there is no rate.", 512, 1, 1 << 20);
    private readonly Option<double> _tick = new("--tick")
    {
        Description = "How long to sleep when nothing is to do, in microseconds; 0: never, for exact latencies on a processor of its own.",
        DefaultValueFactory = _ => 20,
    };
    private readonly Option<bool> _reuseNonce = new("--reuse-nonce")
    {
        Description = "Clients start with the nonce of the client before, not with a request that is refused.",
    };
    private readonly Option<int?> _cpu = new("--cpu") { Description = "Run on this processor alone." };
    private readonly Option<string?> _json = new("--json") { Description = "Write the report to this file as JSON; -: to standard output, in the place of the table." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress line." };

    public IEnumerable<Option> All =>
        [_transport, _path, _peers, _user, _password, _duration, _ramp, _warmUp, _drain, _window, _tick, _peerAddress, _clientAddresses, _reuseNonce, _cpu, _json, _quiet];

    /// <summary>The options of a run, as far as these arguments say them.</summary>
    public LoadOptions ReadOptions(ParseResult arguments, TransportAddress server) => new()
    {
        Server = server,
        User = arguments.GetRequiredValue(_user),
        Password = arguments.GetRequiredValue(_password),
        Transport = arguments.GetValue(_transport),
        Path = arguments.GetValue(_path),
        Peers = arguments.GetValue(_peers),
        PeerAddress = arguments.GetValue(_peerAddress),
        ClientAddresses = arguments.GetValue(_clientAddresses) ?? [],
        Duration = TimeSpan.FromSeconds(arguments.GetValue(_duration)),
        Ramp = TimeSpan.FromSeconds(arguments.GetValue(_ramp)),
        WarmUp = TimeSpan.FromSeconds(arguments.GetValue(_warmUp)),
        Drain = TimeSpan.FromSeconds(arguments.GetValue(_drain)),
        Window = arguments.GetValue(_window),
        Tick = TimeSpan.FromMicroseconds(arguments.GetValue(_tick)),
        ReuseNonce = arguments.GetValue(_reuseNonce),
    };

    public int? ReadCpu(ParseResult arguments) => arguments.GetValue(_cpu);

    public ReportOutput ReadOutput(ParseResult arguments) => new(arguments.GetValue(_json));

    public ProgressLine CreateProgress(ParseResult arguments) => new(!arguments.GetValue(_quiet) && !Console.IsErrorRedirected);

    public static Option<double> Seconds(string name, string description, double byDefault)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 0 or > 1e6 or double.NaN) result.AddError($"{name}: a number of seconds.");
        });
        return option;
    }
}
