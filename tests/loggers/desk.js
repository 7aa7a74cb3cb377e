// Prints lines as one of Node.js' loggers writes them: node desk.js LOGGER.
const loggers = {
  pino() {
    const desk = require('pino')();
    desk.error({ symbol: 'ACME' }, 'order refused');
    desk.info('ok');
    desk.fatal('halted');
  },
  winston() {
    const { createLogger, format, transports } = require('winston');
    createLogger({ transports: [new transports.Console()] }).error('order refused', { symbol: 'ACME' });
    const colours = format.combine(format.colorize(), format.simple());
    createLogger({ format: colours, transports: [new transports.Console()] }).error('order refused');
  },
  bunyan() {
    require('bunyan').createLogger({ name: 'desk' }).error('order refused');
  },
  log4js() {
    const desk = require('log4js').getLogger();
    desk.level = 'debug';
    desk.error('order refused');
  },
  uncaught() {
    throw new TypeError('order refused');
  },
};
loggers[process.argv[2]]();
