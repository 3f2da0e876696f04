using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Traversal.Load.Engine;
using Traversal.Load.Flood;
using Traversal.Load.Measurement;
using Traversal.Primitives;

namespace Traversal.Load.Command;

/// <summary><c>flood</c>: what an attacker sends to a server, to see what the server's clients notice of it.</summary>
internal sealed class FloodCommand
{
    private readonly Argument<FloodKind> _kind = new("kind") { Description = "Random bytes, Allocate requests without credentials, or such with forged sources." };
    private readonly Option<TransportAddress> _server = Addresses.ServerOption("--server", "The TURN server, HOST:PORT.");
    private readonly Option<int> _rate = Numbers.Option("--rate", "Packets a second.", 20_000, 1, 10_000_000);
    private readonly Option<double> _duration = CommonArguments.Seconds("--duration", "How long, in seconds.", 10);
    private readonly Option<TransportAddress> _clientAddress = Addresses.Option("--client-address", "The address to send from.", "0.0.0.0");
    private readonly Option<IPNetwork> _forged = new("--forged")
    {
        Description = "Where forged packets seem to come from. Answers are counted if this machine takes them: ip route add local NETWORK dev lo.",
        DefaultValueFactory = _ => FloodOptions.BenchmarkNetwork,
        CustomParser = argument =>
        {
            if (IPNetwork.TryParse(argument.Tokens[0].Value, out IPNetwork network) && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork) return network;

            argument.AddError("--forged: an IPv4 network, ADDRESS/BITS.");
            return default;
        },
    };
    private readonly Option<int?> _cpu = new("--cpu") { Description = "Run on this processor alone." };
    private readonly Option<string?> _json = new("--json") { Description = "Write the report to this file as JSON; -: to standard output, in the place of the table." };

    public void AddTo(System.CommandLine.Command root)
    {
        var command = new System.CommandLine.Command("flood", "Flood a server of yours with packets that deserve no service.");
        command.Arguments.Add(_kind);
        foreach (Option option in (Option[])[_server, _rate, _duration, _clientAddress, _forged, _cpu, _json]) command.Options.Add(option);
        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments, cancellation)));
        root.Subcommands.Add(command);
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var options = new FloodOptions
        {
            Kind = arguments.GetValue(_kind),
            Server = arguments.GetValue(_server),
            Rate = arguments.GetValue(_rate),
            Duration = TimeSpan.FromSeconds(arguments.GetValue(_duration)),
            ClientAddress = arguments.GetValue(_clientAddress),
            ForgedNetwork = arguments.GetValue(_forged),
        };
        if (options.Kind == FloodKind.Spoofed && !options.Server.IsIPv4) return Ending.BadArguments("--server: forged sources are for IPv4 alone.");

        return Ending.Of(() =>
        {
            Processor.Prepare(arguments.GetValue(_cpu));
            FloodReport report = FloodRun.Run(options, cancellation);
            new ReportOutput(arguments.GetValue(_json)).Write(report, ReportJson.Default.FloodReport, FloodTable.Format);
        });
    }
}
