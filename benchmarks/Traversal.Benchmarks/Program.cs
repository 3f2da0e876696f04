using System.Globalization;
using BenchmarkDotNet.Running;
using Traversal.Benchmarks;
using Traversal.Benchmarks.Client;
using Traversal.Benchmarks.Ice;
using Traversal.Benchmarks.Peer;
using Traversal.Benchmarks.Quick;
using Traversal.Benchmarks.Relay;
using Traversal.Benchmarks.Reliable;

// --quick [TEXT] measures the operations of the comparison table, or those with the text in their names, by stopwatch in a minute or two; everything
// else is BenchmarkDotNet's.
if (args is ["--quick", .. var names]) return QuickTable.Run(Console.Out, names.FirstOrDefault(""));

// --workers says how much more two workers carry than one.
if (args is ["--workers", ..]) return WorkerScaling.Run(Console.Out);

// --relayed-socket [ROUNDS] says what a datagram through a relayed socket costs beside one through the framework's own.
if (args is ["--relayed-socket", .. var rounds])
    return await RelayedSocketCost.RunAsync(Console.Out, int.Parse(rounds.FirstOrDefault("20"), CultureInfo.InvariantCulture)).ConfigureAwait(false);
// --ice [ROUNDS] says how many checks an agent answers, how much memory it keeps, and what a datagram through a connection costs.
if (args is ["--ice", .. var iceRounds])
    return await IceFigures.RunAsync(Console.Out, int.Parse(iceRounds.FirstOrDefault("40"), CultureInfo.InvariantCulture)).ConfigureAwait(false);

// --reliable says how much of a link the reliable path uses, how two share one, and what a packet costs.
if (args is ["--reliable", ..]) return ReliableFigures.Run(Console.Out);

// --peer [ROUNDS] says what goes through one stream to a peer beside TLS over TCP, and what an idle connection keeps.
if (args is ["--peer", .. var peerRounds])
    return await PeerFigures.RunAsync(Console.Out, int.Parse(peerRounds.FirstOrDefault("3"), CultureInfo.InvariantCulture)).ConfigureAwait(false);

if (args is [EchoProcess.Option, ..]) return EchoProcess.Run();
if (args is [IceEcho.Option, ..]) return await IceEcho.RunAsync().ConfigureAwait(false);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new Settings());
return 0;
