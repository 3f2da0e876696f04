// Connects two RTCPeerConnections of one page through a TURN server, sends `count` messages one way and their echoes back,
// and reports what arrived and which candidates carried it.
async ({ iceServer, count }) => {
  const configuration = { iceServers: [iceServer], iceTransportPolicy: "relay" };
  const caller = new RTCPeerConnection(configuration);
  const callee = new RTCPeerConnection(configuration);
  const problems = [];
  for (const [name, connection] of [["caller", caller], ["callee", callee]]) {
    connection.onicecandidateerror = e => problems.push(`${name}: ${e.errorCode} ${e.errorText} (${e.url})`);
    connection.onconnectionstatechange = () => problems.push(`${name}: ${connection.connectionState}`);
  }

  // Descriptions are exchanged with all their candidates in them, so that no remote candidate is learnt from a packet first.
  const gathered = connection => new Promise(resolve => {
    const look = () => connection.iceGatheringState === "complete" && resolve();
    connection.onicegatheringstatechange = look;
    look();
  });

  const echoes = [];
  const arrivals = [];
  const channel = caller.createDataChannel("messages");
  const exchanged = new Promise(resolve => {
    callee.ondatachannel = ({ channel: far }) => {
      far.onmessage = ({ data }) => {
        arrivals.push(data);
        far.send(`echo ${data}`);
      };
    };
    channel.onmessage = ({ data }) => {
      echoes.push(data);
      if (echoes.length === count) resolve();
    };
    channel.onopen = () => {
      for (let i = 0; i < count; i++) channel.send(`message ${i}`);
    };
  });

  const timeLimit = new Promise((_, reject) => setTimeout(
    () => reject(new Error(`${arrivals.length} messages and ${echoes.length} echoes arrived in time. ${problems.join("; ")}`)), 120000));
  const connectAndExchange = async () => {
    await caller.setLocalDescription(await caller.createOffer());
    await gathered(caller);
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription(await callee.createAnswer());
    await gathered(callee);
    await caller.setRemoteDescription(callee.localDescription);
    await exchanged;
  };
  await Promise.race([connectAndExchange(), timeLimit]);

  const selectedPair = async connection => {
    const stats = await connection.getStats();
    const transport = [...stats.values()].find(entry => entry.type === "transport");
    const pair = stats.get(transport.selectedCandidatePairId);
    const local = stats.get(pair.localCandidateId);
    const remote = stats.get(pair.remoteCandidateId);
    return {
      localType: local.candidateType, remoteType: remote.candidateType, relayProtocol: local.relayProtocol,
      localAddress: `${local.address}:${local.port}`, remoteAddress: `${remote.address}:${remote.port}`,
    };
  };
  const result = { arrivals, echoes, caller: await selectedPair(caller), callee: await selectedPair(callee) };
  caller.close();
  callee.close();
  return result;
}
