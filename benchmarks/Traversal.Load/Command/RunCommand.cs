using System.CommandLine;
using Traversal.Load.Engine;
using Traversal.Load.Measurement;
using Traversal.Load.Native;
using Traversal.Primitives;

namespace Traversal.Load.Command;

/// <summary>One run against one server: what the program does without a subcommand.</summary>
internal sealed class RunCommand
{
    private const int MaxPayload = 65_000;

    private readonly CommonArguments _common = new();
    private readonly Option<TransportAddress> _server = Addresses.ServerOption("--server", "The TURN server, HOST:PORT.");
    private readonly Option<int> _allocations = Numbers.Option("--allocs", "Clients, each with one allocation.", 100, 1, PacketStamp.MaxFlows - 1);
    private readonly Option<int[]> _sizes = new("--size")
    {
        Description = "Payload in bytes; several are taken in turn, burst by burst.",
        DefaultValueFactory = _ => [160],
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<Directions> _directions = new("--direction", "--dir")
    {
        Description = "Client to peer, peer to client, or both.",
        DefaultValueFactory = _ => Directions.Both,
    };
    private readonly Option<double> _rate = new("--rate") { Description = "Packets a second in each direction; without it as many as go through." };
    private readonly Option<int> _burst = Numbers.Option("--burst", "Packets of one flow that leave together.", 1, 1, MessageBatch.Capacity);
    private readonly Option<int[]> _processIds = new("--pid")
    {
        Description = "The server's process, to read its CPU time and memory.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<bool> _setupOnly = new("--setup-only") { Description = "Make the allocations and relay nothing." };
    private readonly Option<int?> _baseline = new("--setup-baseline")
    {
        Description = "Leave the first so many allocations, on which generator and server warm up, out of the set-up figures; a tenth unless said.",
    };
    private readonly Option<int> _concurrency = Numbers.Option("--setup-concurrency", "Clients that set up at a time.", 1, 1, 1024);
    private readonly Option<double> _hold = CommonArguments.Seconds("--hold", "How long to stay idle after the set-up, in seconds.", 0);
    private readonly Option<bool> _keep = new("--keep") { Description = "Do not give the allocations back." };

    public void AddTo(System.CommandLine.Command command)
    {
        foreach (Option option in (Option[])[_server, _allocations, _sizes, _directions, _rate, _burst, _processIds]) command.Options.Add(option);
        foreach (Option option in _common.All) command.Options.Add(option);
        foreach (Option option in (Option[])[_setupOnly, _baseline, _concurrency, _hold, _keep]) command.Options.Add(option);
        _sizes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()!.Any(size => size is < PacketStamp.Length or > MaxPayload))
            {
                result.AddError($"--size: from {PacketStamp.Length} to {MaxPayload} bytes.");
            }
        });
        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments, cancellation)));
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        LoadOptions options = ReadOptions(arguments);
        if (options.Peers == PeerArrangement.Relayed && options.Allocations % 2 != 0) return Ending.BadArguments("--peers relayed: --allocs must be even.");

        return Ending.Of(() =>
        {
            Processor.Prepare(_common.ReadCpu(arguments));
            ProgressLine progress = _common.CreateProgress(arguments);
            LoadReport report = LoadRun.Run(options, progress, cancellation);
            progress.End();
            _common.ReadOutput(arguments).Write(report, ReportJson.Default.LoadReport, ReportTable.Format);
        });
    }

    private LoadOptions ReadOptions(ParseResult arguments)
    {
        LoadOptions options = _common.ReadOptions(arguments, arguments.GetValue(_server));
        return options with
        {
            Allocations = arguments.GetValue(_allocations),
            Sizes = arguments.GetRequiredValue(_sizes),
            // What relayed peers are sent comes down at the other client by itself.
            Directions = options.Peers == PeerArrangement.Relayed ? Directions.Up : arguments.GetValue(_directions),
            Rate = arguments.GetValue(_rate),
            Burst = arguments.GetValue(_burst),
            ProcessIds = arguments.GetValue(_processIds) ?? [],
            SetupOnly = arguments.GetValue(_setupOnly),
            SetupBaseline = arguments.GetValue(_baseline) ?? arguments.GetValue(_allocations) / 10,
            SetupConcurrency = arguments.GetValue(_concurrency),
            Hold = TimeSpan.FromSeconds(arguments.GetValue(_hold)),
            Keep = arguments.GetValue(_keep),
        };
    }
}
